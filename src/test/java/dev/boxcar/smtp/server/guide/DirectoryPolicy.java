// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.guide;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Policy;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Accepts mail for the recipients that a directory knows. The event loop does not wait for the directory's answer. */
final class DirectoryPolicy implements Policy {
    private static final Reply UNKNOWN = Reply.of(550, "5.1.1", "No such mailbox");
    private static final Reply NOT_NOW = Reply.of(451, "4.4.3", "The directory does not answer, try again later");

    private final Function<String, CompletionStage<Boolean>> directory;

    DirectoryPolicy(Function<String, CompletionStage<Boolean>> directory) {
        this.directory = directory;
    }

    @Override
    public void recipient(ClientInfo client, ForwardPath path, Decision decision) {
        if (path.isPostmaster()) {
            decision.accept(); // RFC 5321 §4.5.1
            return;
        }
        directory.apply(path.mailbox().toString()).whenComplete((isKnown, failure) -> {
            if (failure != null) {
                decision.answer(NOT_NOW); // our own failure is never 5yz
            } else if (isKnown) {
                decision.accept();
            } else {
                decision.answer(UNKNOWN);
            }
        });
    }
}
