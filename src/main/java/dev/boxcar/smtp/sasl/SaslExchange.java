// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import org.jspecify.annotations.Nullable;

/**
 * The server's end of one authentication exchange (RFC 4422 §3): each response brings the next step.
 *
 * <p>First {@link #begin}, once; {@link #respond} behind each challenge; {@link #answer} behind each claim. Another
 * order is an IllegalStateException. What a peer does wrong is a {@link SaslStep.Failure}, behind which the exchange is
 * spent, as behind success. Confined to one thread; no call is slow.
 */
public interface SaslExchange {
    /**
     * Begins with the initial response, or with null where the client sent none. An empty one is not none (RFC 4954
     * §4).
     */
    SaslStep begin(byte @Nullable [] initialResponse);

    /** The client's response to the last challenge, decoded. */
    SaslStep respond(byte[] response);

    /** What became of the last claim. */
    SaslStep answer(ClaimResult answer);
}
