// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

/**
 * What a client says of itself, to be verified by somebody who knows users. Immutable; any thread.
 *
 * <p>Users and passwords are prepared by SASLprep (RFC 4013). No claim's text has the secret, so that one that is
 * logged tells none.
 */
public sealed interface Claim {
    /** Who the client says it is; empty only where a token names nobody. */
    String user();

    /**
     * The client knows the password of {@code user}, and wants to act as {@code actAs}, which is empty for the user
     * itself. Answered yes or no.
     */
    record Password(String user, String password, String actAs) implements Claim {
        /** Whether the password is the one that {@code verifier} was made from, as slow as it was made. */
        public boolean isProvedBy(ScramVerifier verifier) {
            return verifier.matches(password);
        }

        @Override
        public String toString() {
            return "a password of " + user;
        }
    }

    /**
     * The client made {@code digest} of the challenge with the user's password as the key (RFC 2195 §2). Answered yes
     * or no.
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

    /** The client bears a token that somebody gave it for {@code user}. Answered yes or no. */
    record Token(String user, String token) implements Claim {
        @Override
        public String toString() {
            return "a token of " + user;
        }
    }

    /**
     * The client will prove itself to the verifier of {@code user}. Answered by the verifier; for an unknown user, by
     * one that nothing proves.
     */
    record Scram(String user) implements Claim {}
}
