// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

/** What became of a {@link Claim}. Immutable; any thread. */
public sealed interface ClaimResult {
    /** It holds. */
    ClaimResult YES = new Word("yes");
    /** It does not hold: unknown user, wrong secret, or not allowed, which the client cannot tell apart. */
    ClaimResult NO = new Word("no");
    /** Nobody can tell just now: the client may try again later. */
    ClaimResult UNAVAILABLE = new Word("unavailable");

    /** Yes, no or unavailable. */
    record Word(String text) implements ClaimResult {}

    /** The verifier that was asked for by {@link Claim.Scram}. */
    record Verifier(ScramVerifier verifier) implements ClaimResult {}
}
