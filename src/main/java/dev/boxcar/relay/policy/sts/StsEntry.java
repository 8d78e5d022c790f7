// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import dev.boxcar.relay.route.StsPolicy;
import java.time.Duration;
import java.time.Instant;

/**
 * A policy that is kept. Immutable.
 *
 * @param id the id of the TXT record for which it was fetched
 * @param fetched when it was fetched last
 */
record StsEntry(String domain, String id, Instant fetched, StsPolicy policy) {
    /** RFC 8461 §3.3 suggests to check once per day. */
    private static final Duration DAY = Duration.ofDays(1);

    /** Until when the policy counts (RFC 8461 §3.2). */
    Instant end() {
        return fetched.plus(policy.maxAge());
    }

    /** When the policy is fetched again, so that it does not end while the domain has one. */
    Instant refresh() {
        Duration half = policy.maxAge().dividedBy(2);
        return fetched.plus(half.compareTo(DAY) < 0 ? half : DAY);
    }
}
