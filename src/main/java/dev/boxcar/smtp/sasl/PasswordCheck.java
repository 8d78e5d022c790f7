// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import dev.boxcar.smtp.sasl.SaslStep.Success;
import dev.boxcar.smtp.sasl.SaslStep.Verify;
import org.jspecify.annotations.Nullable;

/** The end that the simple mechanisms share: a claim, and success or failure by its answer. Confined to one thread. */
final class PasswordCheck {
    private @Nullable Claim claim;

    /** Prepares user and password; what cannot be prepared belongs to nobody. */
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

    SaslStep begin(Claim made) {
        claim = made;
        return new Verify(made);
    }

    SaslStep answer(ClaimResult answer) {
        Claim made = claim;
        if (made == null) {
            throw new IllegalStateException("an answer and no claim");
        }
        claim = null;
        if (answer == ClaimResult.YES) {
            return new Success(made.user());
        }
        return new Failure(answer == ClaimResult.UNAVAILABLE ? Reason.UNAVAILABLE : Reason.REFUSED);
    }
}
