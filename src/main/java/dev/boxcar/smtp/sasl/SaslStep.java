// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

/** What an exchange wants next. Immutable; any thread. No step's text has a secret. */
public sealed interface SaslStep {
    /** Send this to the client, and bring back its response. Characters are bytes in UTF-8. */
    record Challenge(String text) implements SaslStep {}

    /** Find out whether this holds, and bring back the answer. */
    record Verify(Claim claim) implements SaslStep {}

    /** The client is who it says: this user, which is empty only where a token names nobody. */
    record Success(String user) implements SaslStep {}

    /** The exchange has failed. */
    record Failure(Reason reason) implements SaslStep {}

    /** Why an exchange failed. */
    enum Reason {
        /** The response is none of this mechanism. */
        MALFORMED,
        /**
         * The client is not who it says, or may not be. Which of the two, and why, is not told (RFC 4954 §4, status
         * 5.7.8).
         */
        REFUSED,
        /** Nobody could tell just now. */
        UNAVAILABLE
    }
}
