// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;

/** The next step of an exchange. Immutable; any thread. {@code toString} never contains a secret. */
@PublicApi
public sealed interface SaslStep {
    /** Send this text to the client in UTF-8, and pass its response to {@link SaslExchange#respond}. */
    record Challenge(String text) implements SaslStep {}

    /** Verify this claim, and pass the result to {@link SaslExchange#verified}. */
    record Verify(Claim claim) implements SaslStep {}

    /** The client has authenticated as this user; empty only if a token names no user. */
    record Success(String user) implements SaslStep {}

    /** The exchange has failed. */
    record Failure(Reason reason) implements SaslStep {}

    /** Why an exchange failed. */
    enum Reason {
        /** The response does not follow the mechanism. */
        MALFORMED,
        /** The credentials are wrong, or not allowed. The client does not learn which (RFC 4954 §4, status 5.7.8). */
        REFUSED,
        /** The claim could not be verified now. */
        UNAVAILABLE
    }
}
