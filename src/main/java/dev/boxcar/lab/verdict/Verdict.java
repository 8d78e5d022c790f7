// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import java.util.List;

/**
 * What a session shows about one rule.
 *
 * @param citation where the broken rule is written; often that of {@code rule}, but some rules are in several RFCs
 * @param text one sentence about what the client did, with times and offsets
 * @param items the indexes of the items of the session that show it; empty if no item does
 */
public record Verdict(VerdictRule rule, Level level, Citation citation, String text, List<Integer> items) {

    /** The number of an RFC and a section in it. */
    public record Citation(String rfc, String section) {
        /** {@code RFC 2920 §3.1}. */
        @Override
        public String toString() {
            return "RFC " + rfc + " §" + section;
        }
    }

    /** What was found. */
    public enum Level {
        /** The client broke the rule; the record proves it. */
        VIOLATION,
        /** The client kept the rule but could do better. */
        ADVICE,
        /** The rule applies, and the record proves neither that the client kept it nor that it broke it. */
        UNKNOWN,
        /** The client kept the rule. */
        PASS
    }

    /** Copies the list. */
    public Verdict {
        items = List.copyOf(items);
    }

    /** The rule's id, such as {@code V02}. */
    public String id() {
        return rule.name();
    }

    /** The number of the RFC. */
    public String rfc() {
        return citation.rfc();
    }

    /** The section of the RFC. */
    public String section() {
        return citation.section();
    }

    /** {@code V02 VIOLATION (RFC 2920 §3.1, MUST NOT): text}. */
    @Override
    public String toString() {
        String strength = rule.requirement().isEmpty() ? "" : ", " + rule.requirement();
        return id() + " " + level + " (" + citation + strength + "): " + text;
    }
}
