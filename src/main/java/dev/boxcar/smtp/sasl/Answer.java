// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

/** What became of a {@link Claim}. Immutable; any thread. */
public sealed interface Answer {
    /** It holds. */
    Answer YES = new Word("yes");
    /** It does not hold: unknown user, wrong secret, or not allowed, which the client cannot tell apart. */
    Answer NO = new Word("no");
    /** Nobody can tell just now: the client may try again later. */
    Answer UNAVAILABLE = new Word("unavailable");

    /** Yes, no or unavailable. */
    record Word(String text) implements Answer {}

    /** The verifier that was asked for by {@link Claim.Scram}. */
    record Verifier(ScramVerifier verifier) implements Answer {}
}
