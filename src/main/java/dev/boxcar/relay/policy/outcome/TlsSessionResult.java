// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.outcome;

import org.jspecify.annotations.Nullable;

/**
 * What came of TLS in one session, or of one attempt to begin it. Immutable.
 *
 * @param domain the recipients' domain, which led to the server
 * @param policy the policy of that domain; for an MTA-STS policy, its kind is enough
 * @param failure null if the session met the policy, and had TLS
 */
public record TlsSessionResult(
        String domain, AppliedPolicy policy, @Nullable Failure failure) {

    /**
     * Why it failed.
     *
     * @param host the name of the server; empty if it did not come to a server
     * @param address the address of the server; empty if it did not come to a connection
     * @param source the address of the relay; empty if it did not come to a connection
     * @param reason one line for people
     */
    public record Failure(TlsFailureType type, String host, String address, String source, String reason) {}

    /** Is told of results. Must not block, and may be called on several threads at once. */
    @FunctionalInterface
    public interface Listener {
        /** Hears nothing. */
        Listener NONE = result -> {};

        void ended(TlsSessionResult result);
    }
}
