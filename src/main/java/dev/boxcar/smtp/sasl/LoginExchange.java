// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import org.jspecify.annotations.Nullable;

/**
 * LOGIN (draft-murchison-sasl-login): the user name, then the password, each after the prompt that clients expect. Some
 * clients send the user name as the initial response. Confined to one thread.
 */
final class LoginExchange implements SaslExchange {
    private final PasswordCheck check = new PasswordCheck();
    private @Nullable String user;

    @Override
    public SaslStep begin(byte @Nullable [] initialResponse) {
        return initialResponse == null ? new Challenge("Username:") : respond(initialResponse);
    }

    @Override
    public SaslStep respond(byte[] response) {
        String text = SecretBytes.text(response);
        if (text == null || (user == null && text.isEmpty())) {
            return new Failure(Reason.MALFORMED);
        }
        if (user == null) {
            user = text;
            return new Challenge("Password:");
        }
        return check.begin(user, text, "");
    }

    @Override
    public SaslStep verified(ClaimResult result) {
        return check.verified(result);
    }
}
