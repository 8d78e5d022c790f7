// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;

/**
 * A client's claim to be a user, which the caller of the exchange must verify. Immutable; any thread.
 *
 * <p>User names and passwords are prepared by SASLprep (RFC 4013). {@code toString} never contains the secret, so a
 * claim can be logged.
 */
@PublicApi
public sealed interface Claim {
    /** The user that the client claims to be; empty only if a token names no user. */
    String user();

    /**
     * The client presents the password of {@code user}, and wants to act as {@code actAs}, which is empty for the user
     * itself. The result is YES or NO.
     */
    record Password(String user, String password, String actAs) implements Claim {
        /** Whether {@code verifier} was made from this password. As slow as making a verifier. */
        public boolean isProvedBy(ScramVerifier verifier) {
            return verifier.matches(password);
        }

        @Override
        public String toString() {
            return "a password of " + user;
        }
    }

    /**
     * The client presents a digest of the challenge, made with the user's password as the key (RFC 2195 §2). The result
     * is YES or NO.
     */
    record Digest(String user, String challenge, String digest) implements Claim {
        /** Whether the digest was made with this password. */
        public boolean isProvedBy(String password) {
            return SecretBytes.areEqual(Hash.hmacMd5Hex(password, challenge), digest);
        }

        @Override
        public String toString() {
            return "a digest of " + user;
        }
    }

    /** The client presents a token for {@code user}. The result is YES or NO. */
    record Token(String user, String token) implements Claim {
        @Override
        public String toString() {
            return "a token of " + user;
        }
    }

    /**
     * The client will prove that it knows the password of {@code user}. The result is the user's verifier; for an
     * unknown user, a verifier that no password matches.
     */
    record Scram(String user) implements Claim {}
}
