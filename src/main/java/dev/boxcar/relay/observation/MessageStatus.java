// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queued message. Immutable.
 *
 * @param from the address of the sender; empty for none
 * @param size in bytes
 * @param attempts how many attempts were made
 * @param nextAttempt when the next one is due
 * @param destination the next hop that it waits for; empty if it is not known yet
 * @param recipients those that are not settled
 * @param history the last attempts, oldest first
 */
public record MessageStatus(
        Ulid id,
        String from,
        Instant arrived,
        long size,
        QueuedState state,
        int attempts,
        Instant nextAttempt,
        String destination,
        List<RecipientStatus> recipients,
        List<PastAttempt> history) {
    public MessageStatus {
        recipients = List.copyOf(recipients);
        history = List.copyOf(history);
    }

    /**
     * A recipient that is not settled.
     *
     * @param status the enhanced status of the last result; empty before the first
     * @param reply the last reply of a server, or another reason; empty before the first
     */
    public record RecipientStatus(String address, String status, String reply) {}

    /**
     * An attempt that has ended.
     *
     * @param number from 1
     * @param time when it ended, as text
     * @param host the server that deferred a recipient; empty if there was none
     * @param reply what the server said, or another reason
     */
    public record PastAttempt(int number, String time, String host, String reply) {}

    /** The status of a message as it lies in the queue. */
    static MessageStatus of(QueuedEntry entry, QueuedMail mail, @Nullable DeliveryState recorded) {
        Envelope envelope = mail.envelope();
        DeliveryState state = DeliveryState.orUntried(recorded, envelope.recipientCount(), mail.received());
        return of(entry, new ListedMail(entry.id(), envelope, mail.received(), mail.bytes(), state, false));
    }

    /** The status of a message that the queue has listed. */
    static MessageStatus of(QueuedEntry entry, ListedMail mail) {
        DeliveryState state = mail.state();
        List<ForwardPath> paths = mail.envelope().forwardPaths();
        List<RecipientStatus> recipients = state.pending().stream()
                .map(one -> new RecipientStatus(address(paths, one), one.status(), one.reply()))
                .toList();
        Mailbox sender = mail.envelope().reversePath().mailbox();
        return new MessageStatus(
                entry.id(),
                sender == null ? "" : sender.toString(),
                mail.received(),
                mail.bytes(),
                entry.state(),
                state.attempts(),
                state.next(),
                entry.destination().isEmpty() ? state.lastHost() : entry.destination(),
                recipients,
                history(state));
    }

    private static String address(List<ForwardPath> paths, RecipientState one) {
        return one.index() < paths.size() ? paths.get(one.index()).mailbox().toString() : "?";
    }

    private static List<PastAttempt> history(DeliveryState state) {
        var attempts = new ArrayList<PastAttempt>();
        int number = state.attempts() - state.history().size();
        for (String line : state.history()) {
            number++;
            String[] words = line.split(" ", 3);
            String host = words.length < 2 || words[1].equals("none") ? "" : words[1];
            attempts.add(new PastAttempt(number, words[0], host, words.length < 3 ? "" : words[2]));
        }
        return attempts;
    }
}
