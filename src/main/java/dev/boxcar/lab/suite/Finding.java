// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.lab.verdict.Verdict.Level;
import dev.boxcar.lab.verdict.VerdictRule;
import org.jspecify.annotations.Nullable;

/**
 * Something that a case shows about the client: a verdict on one of its sessions, or what only the suite can see.
 *
 * @param id the id of the verdict, or {@code EXIT} for a wrong exit status or result
 * @param level what was found
 * @param requirement the strength of the rule, such as {@code MUST NOT}; may be empty
 * @param citation where the rule is written; null for {@code EXIT}
 * @param text what the client did
 * @param session the id of the session; null if it is not about one
 */
public record Finding(
        String id,
        Level level,
        String requirement,
        @Nullable Citation citation,
        String text,
        @Nullable String session) {

    static Finding of(Verdict verdict, String session) {
        return new Finding(
                verdict.id(),
                verdict.level(),
                verdict.rule().requirement(),
                verdict.citation(),
                verdict.text(),
                session);
    }

    static Finding violation(VerdictRule rule, String text) {
        return new Finding(rule.name(), Level.VIOLATION, rule.requirement(), rule.citation(), text, null);
    }

    /** A violation of a rule that is written elsewhere than the others of this id. */
    static Finding violation(VerdictRule rule, Citation where, String text) {
        return new Finding(rule.name(), Level.VIOLATION, rule.requirement(), where, text, null);
    }

    static Finding pass(VerdictRule rule, String text) {
        return new Finding(rule.name(), Level.PASS, rule.requirement(), rule.citation(), text, null);
    }

    static Finding unknown(VerdictRule rule, String text) {
        return new Finding(rule.name(), Level.UNKNOWN, rule.requirement(), rule.citation(), text, null);
    }

    static Finding advice(VerdictRule rule, String text) {
        return new Finding(rule.name(), Level.ADVICE, rule.requirement(), rule.citation(), text, null);
    }

    /** The exit status or the result is wrong. */
    static Finding exit(String text) {
        return new Finding("EXIT", Level.VIOLATION, "", null, text, null);
    }

    /** The same, but only as advice. */
    Finding asAdvice(String reason) {
        return new Finding(id, Level.ADVICE, requirement, citation, text + " (" + reason + ")", session);
    }

    /** Whether it is a violation. */
    public boolean isViolation() {
        return level == Level.VIOLATION;
    }

    /** {@code V02 VIOLATION (RFC 2920 §3.1, MUST NOT): text}. */
    @Override
    public String toString() {
        String rule = citation == null ? "" : " (" + citation + (requirement.isEmpty() ? "" : ", " + requirement) + ")";
        return id + " " + level + rule + ": " + text;
    }
}
