// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import org.jspecify.annotations.Nullable;

/** PLAIN (RFC 4616): one message, {@code [authzid] NUL authcid NUL passwd}. Confined to one thread. */
final class PlainExchange implements SaslExchange {
    private final PasswordCheck check = new PasswordCheck();

    @Override
    public SaslStep begin(byte @Nullable [] initialResponse) {
        return initialResponse == null ? new Challenge("") : respond(initialResponse);
    }

    @Override
    public SaslStep respond(byte[] response) {
        String message = SecretBytes.text(response);
        if (message == null) {
            return new Failure(Reason.MALFORMED);
        }
        String[] parts = message.split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty()) {
            return new Failure(Reason.MALFORMED);
        }
        return check.begin(parts[1], parts[2], parts[0]);
    }

    @Override
    public SaslStep verified(ClaimResult result) {
        return check.verified(result);
    }
}
