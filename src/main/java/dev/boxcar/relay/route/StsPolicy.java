// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/**
 * The MTA-STS policy of a domain (RFC 8461 §3.2). Immutable; any thread.
 *
 * @param mode what a sender does when a server does not meet the policy
 * @param patterns the names of the servers in lower case; {@code *.example.com} stands for one label before the rest
 * @param maxAge for how long the policy may be kept
 */
public record StsPolicy(Mode mode, List<String> patterns, Duration maxAge) {
    /** The policy of a domain that has none. */
    public static final StsPolicy NONE = new StsPolicy(Mode.NONE, List.of(), Duration.ZERO);

    /** What a sender does when a server does not meet the policy (RFC 8461 §5). */
    public enum Mode {
        /** It must not deliver to that server. */
        ENFORCE,
        /** It delivers, and reports the failure. */
        TESTING,
        /** The domain has no policy any more. */
        NONE;

        /** The word of the policy file. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Finds the policy of a domain; {@link #NONE} without one. Any thread; never completes with an exception. */
    @FunctionalInterface
    public interface Source {
        CompletionStage<StsPolicy> policyOf(String domain);
    }

    public StsPolicy {
        patterns = List.copyOf(patterns);
    }

    /** Whether a pattern names this server (RFC 8461 §4.1). */
    public boolean names(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String name) {
        if (!pattern.startsWith("*.")) {
            return pattern.equals(name);
        }
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot).equals(pattern.substring(1));
    }
}
