// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.api.PublicApi;

/** The result of verifying a {@link Claim}. Immutable; any thread. */
@PublicApi
public sealed interface ClaimResult {
    /** The claim is true. */
    ClaimResult YES = new Word("yes");
    /** The claim is false: unknown user, wrong secret, or not allowed. The client cannot distinguish these. */
    ClaimResult NO = new Word("no");
    /** The claim cannot be verified now; the client may try again later. */
    ClaimResult UNAVAILABLE = new Word("unavailable");

    /** YES, NO or UNAVAILABLE. */
    record Word(String text) implements ClaimResult {}

    /** The verifier for a {@link Claim.Scram}. */
    record Verifier(ScramVerifier verifier) implements ClaimResult {}
}
