// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A message of the queue as the commands see it.
 *
 * @param sender the address, empty for none
 * @param paths the addresses of all recipients, by index
 */
record QueuedMessage(Ulid id, String sender, List<String> paths, Instant received, long bytes, DeliveryState state) {

    /** What a message waits for. */
    enum Waiting {
        ACTIVE,
        DEFERRED,
        HELD,
        SCHEDULED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The message of the queue. */
    static QueuedMessage of(ListedMail mail) {
        List<String> paths = mail.envelope().forwardPaths().stream()
                .map(ForwardPath::mailbox)
                .map(Mailbox::toString)
                .toList();
        Mailbox sender = mail.envelope().reversePath().mailbox();
        return new QueuedMessage(
                mail.id(), sender == null ? "" : sender.toString(), paths, mail.received(), mail.bytes(), mail.state());
    }

    Waiting waiting() {
        if (state.isHeld()) {
            return Waiting.HELD;
        }
        if (state.attempts() > 0) {
            return Waiting.DEFERRED;
        }
        return state.next().isAfter(Instant.now()) ? Waiting.SCHEDULED : Waiting.ACTIVE;
    }

    /** The address of a recipient that is not settled. */
    String address(RecipientState recipient) {
        return recipient.index() < paths.size() ? paths.get(recipient.index()) : "?";
    }

    /** The latest reply of a server, or another reason why the message waits; empty before the first attempt. */
    String reason() {
        return state.pending().stream()
                .map(RecipientState::reply)
                .filter(reply -> !reply.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** The server of the latest attempt; empty before the first. */
    String destination() {
        List<String> history = state.history();
        if (history.isEmpty()) {
            return "";
        }
        String[] words = history.get(history.size() - 1).split(" ", 3);
        return words.length < 2 || words[1].equals("none") ? "" : words[1];
    }
}
