// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import org.jspecify.annotations.Nullable;

/**
 * XOAUTH2 and OAUTHBEARER (RFC 7628): one message with a token, which this class does not interpret. A refusal is first
 * sent as a challenge, and any response to that ends the exchange (RFC 7628 §3.2.3). Confined to one thread.
 */
final class BearerExchange implements SaslExchange {
    private static final String REFUSAL = "{\"status\":\"invalid_token\"}";

    private final BearerMessage.Form form;
    private final PasswordCheck check = new PasswordCheck();
    private boolean refused;

    BearerExchange(BearerMessage.Form form) {
        this.form = form;
    }

    @Override
    public SaslStep begin(byte @Nullable [] initialResponse) {
        return initialResponse == null ? new Challenge("") : respond(initialResponse);
    }

    @Override
    public SaslStep respond(byte[] response) {
        if (refused) {
            return new Failure(Reason.REFUSED);
        }
        String text = SecretBytes.text(response);
        BearerMessage message = text == null ? null : BearerMessage.parse(text, form);
        if (message == null) {
            return new Failure(Reason.MALFORMED);
        }
        String user = SaslPrep.prepare(message.user());
        return user == null ? new Failure(Reason.REFUSED) : check.begin(new Claim.Token(user, message.token()));
    }

    @Override
    public SaslStep verified(ClaimResult result) {
        SaslStep step = check.verified(result);
        refused = step instanceof Failure failure && failure.reason() == Reason.REFUSED;
        return refused ? new Challenge(REFUSAL) : step;
    }
}
