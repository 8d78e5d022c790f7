// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.outcome;

import dev.boxcar.relay.route.StsPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The policy that a session had to meet, in the words of a report (RFC 8460 §4.4). Immutable.
 *
 * @param lines the lines of an MTA-STS policy, or the TLSA records; empty without them
 * @param patterns the names of servers in an MTA-STS policy; otherwise empty
 */
public record AppliedPolicy(Type type, List<String> lines, List<String> patterns) {
    /** The domain has no policy. */
    public static final AppliedPolicy NONE = new AppliedPolicy(Type.NO_POLICY_FOUND, List.of(), List.of());

    /** An MTA-STS policy that could not be had. */
    public static final AppliedPolicy UNKNOWN_STS = new AppliedPolicy(Type.STS, List.of(), List.of());

    /** TLSA records of which none can be used. */
    public static final AppliedPolicy UNKNOWN_TLSA = new AppliedPolicy(Type.TLSA, List.of(), List.of());

    /** What kind of policy it is. */
    public enum Type {
        TLSA("tlsa"),
        STS("sts"),
        NO_POLICY_FOUND("no-policy-found");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** The word in a report. */
        public String text() {
            return text;
        }
    }

    public AppliedPolicy {
        lines = List.copyOf(lines);
        patterns = List.copyOf(patterns);
    }

    /** TLSA records, as they stand in a zone file. */
    public static AppliedPolicy ofTlsa(List<String> records) {
        return new AppliedPolicy(Type.TLSA, records, List.of());
    }

    /** An MTA-STS policy. */
    public static AppliedPolicy of(StsPolicy policy) {
        if (policy.mode() == StsPolicy.Mode.NONE) {
            return UNKNOWN_STS;
        }
        var lines = new ArrayList<String>();
        lines.add("version: STSv1");
        lines.add("mode: " + policy.mode().text());
        policy.patterns().forEach(pattern -> lines.add("mx: " + pattern));
        lines.add("max_age: " + policy.maxAge().toSeconds());
        return new AppliedPolicy(Type.STS, lines, policy.patterns());
    }
}
