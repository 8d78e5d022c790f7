// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import dev.boxcar.smtp.sasl.SaslStep.Challenge;
import dev.boxcar.smtp.sasl.SaslStep.Failure;
import dev.boxcar.smtp.sasl.SaslStep.Reason;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** CRAM-MD5 (RFC 2195): the server sends a challenge, the client {@code user SP digest}. Confined to one thread. */
final class CramMd5Exchange implements SaslExchange {
    private final String challenge;
    private final PasswordCheck check = new PasswordCheck();

    CramMd5Exchange(String challenge) {
        this.challenge = challenge;
    }

    @Override
    public SaslStep begin(byte @Nullable [] initialResponse) {
        return initialResponse == null ? new Challenge(challenge) : new Failure(Reason.MALFORMED); // RFC 4954 §4
    }

    @Override
    public SaslStep respond(byte[] response) {
        String text = SecretBytes.text(response);
        int space = text == null ? -1 : text.lastIndexOf(' '); // a user name may have spaces, a digest has none
        if (text == null || space < 1) {
            return new Failure(Reason.MALFORMED);
        }
        String digest = text.substring(space + 1).toLowerCase(Locale.ROOT);
        if (!digest.matches("[0-9a-f]{32}")) {
            return new Failure(Reason.MALFORMED);
        }
        String user = SaslPrep.prepare(text.substring(0, space));
        if (user == null || user.isEmpty()) {
            return new Failure(Reason.REFUSED);
        }
        return check.begin(new Claim.Digest(user, challenge, digest));
    }

    @Override
    public SaslStep verified(ClaimResult result) {
        return check.verified(result);
    }
}
