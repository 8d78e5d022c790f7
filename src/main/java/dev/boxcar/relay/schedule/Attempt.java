// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.delivery.RecipientOutcome;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RecipientState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One attempt to deliver a message to all recipients that are not settled. Confined to the scheduler's loop. */
final class Attempt {
    final QueueEntry entry;
    final QueuedMail mail;
    final DeliveryState before;
    final long startedMillis;
    private final Map<Integer, SettledRecipient> settled = new TreeMap<>();
    private boolean reachedRecipients;
    private boolean concluded;

    /**
     * What came of a recipient, and at which server.
     *
     * @param passesReportsOn whether that server is responsible for a report of success
     */
    record SettledRecipient(RecipientOutcome outcome, String host, boolean passesReportsOn) {}

    Attempt(QueueEntry entry, QueuedMail mail, DeliveryState before, long startedMillis) {
        this.entry = entry;
        this.mail = mail;
        this.before = before;
        this.startedMillis = startedMillis;
    }

    void settle(SettledRecipient one) {
        settled.put(one.outcome().index(), one);
    }

    /** A server was ready for the message and answered it, whatever it said. */
    void reachedRecipients() {
        reachedRecipients = true;
    }

    /** Whether every attempt failed before a server heard of a recipient. */
    boolean isHostFailure() {
        return !reachedRecipients;
    }

    /** Whether every recipient of the attempt has an outcome. */
    boolean isComplete() {
        return settled.size() == before.pending().size();
    }

    /** The recipients that must be sent to: the others only wait for a report. */
    List<RecipientState> unsent() {
        return before.pending().stream().filter(one -> !one.isToBeReported()).toList();
    }

    /** Whether a report that had to wait is due. */
    boolean hasCollectedReports() {
        return before.pending().stream().anyMatch(RecipientState::isToBeReported);
    }

    /** Notes that what follows from the attempt was decided. */
    void conclude() {
        concluded = true;
    }

    boolean isConcluded() {
        return concluded;
    }

    /** The server that deferred a recipient; the first one if there are several. */
    String deferredBy() {
        return settled.values().stream()
                .filter(one -> one.outcome().kind() == RecipientOutcome.Kind.DEFERRED)
                .map(SettledRecipient::host)
                .filter(host -> !host.isEmpty())
                .findFirst()
                .orElse("none");
    }

    /** The recipients with this kind of outcome. */
    List<SettledRecipient> with(RecipientOutcome.Kind kind) {
        return settled.values().stream()
                .filter(one -> one.outcome().kind() == kind)
                .toList();
    }

    /** The recipients that are not delivered or refused yet, as they are recorded while the attempt goes on. */
    List<RecipientState> pending() {
        var pending = new ArrayList<RecipientState>();
        for (RecipientState one : before.pending()) {
            SettledRecipient now = settled.get(one.index());
            if (now == null) {
                pending.add(one);
            } else if (now.outcome().kind() != RecipientOutcome.Kind.DELIVERED) {
                RecipientOutcome outcome = now.outcome();
                pending.add(new RecipientState(one.index(), outcome.status().toString(), outcome.reply()));
            }
        }
        return pending;
    }
}
