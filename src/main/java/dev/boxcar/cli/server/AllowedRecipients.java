// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import java.util.regex.Pattern;

/** Accepts recipients that match a pattern; others get 550 (RFC 5321 §3.3). Immutable; any thread. */
public record AllowedRecipients(Pattern allowed) implements Policy {
    private static final Reply REFUSED = Reply.of(550, "5.7.1", "Recipient not allowed here");

    @Override
    public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
        if (allowed.matcher(path.mailbox().toString()).find()) {
            decision.accept();
        } else {
            decision.answer(REFUSED);
        }
    }
}
