// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.Nullable;

/**
 * The server side of one authentication exchange (RFC 4422 §3): each call returns the next step.
 *
 * <p>Call {@link #begin} once, {@link #respond} after each challenge, and {@link #verified} after each claim; any other
 * order is an IllegalStateException. An error of the client is a {@link SaslStep.Failure}. After failure or success the
 * exchange is over. Confined to one thread; no call is slow.
 */
@PublicApi
public interface SaslExchange {
    /**
     * Begins the exchange with the initial response, or null if the client sent none. An empty response is not null
     * (RFC 4954 §4).
     */
    SaslStep begin(byte @Nullable [] initialResponse);

    /** Continues with the client's response to the last challenge, decoded. */
    SaslStep respond(byte[] response);

    /** Continues with the result of the last claim. */
    SaslStep verified(ClaimResult result);
}
