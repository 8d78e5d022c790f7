// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import org.jspecify.annotations.Nullable;

/**
 * The last step of the mechanisms that need only one claim: makes the claim, and returns success or failure by its
 * result. Confined to one thread.
 */
final class PasswordCheck {
    private @Nullable Claim claim;

    /** Prepares user and password, and asks for their verification. Fails if one of them cannot be prepared. */
    SaslStep begin(String user, String password, String actAs) {
        String preparedUser = SaslPrep.prepare(user);
        String preparedPassword = SaslPrep.prepare(password);
        String preparedActAs = SaslPrep.prepare(actAs);
        if (preparedUser == null || preparedUser.isEmpty() || preparedPassword == null || preparedActAs == null) {
            return new Failure(Reason.REFUSED);
        }
        boolean itself = preparedActAs.equals(preparedUser);
        return begin(new Claim.Password(preparedUser, preparedPassword, itself ? "" : preparedActAs));
    }

    SaslStep begin(Claim newClaim) {
        claim = newClaim;
        return new Verify(newClaim);
    }

    SaslStep verified(ClaimResult result) {
        Claim pending = claim;
        if (pending == null) {
            throw new IllegalStateException("a result without a claim");
        }
        claim = null;
        if (result == ClaimResult.YES) {
            return new Success(pending.user());
        }
        return new Failure(result == ClaimResult.UNAVAILABLE ? Reason.UNAVAILABLE : Reason.REFUSED);
    }
}
