// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.RecipientOutcome;
import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.queue.TlsDemandField;
import dev.boxcar.relay.route.MailRoute;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.RouteQuery;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.relay.schedule.Attempt.SettledRecipient;
import dev.boxcar.relay.submitter.Submitter;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.path.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries attempts out: finds the route of each recipient, sends one request per next hop and hundred recipients,
 * collects the results, and hands the whole to {@link Conclusion}. Confined to the scheduler's loop.
 */
final class Attempts implements DestinationSet.Results {
    /** RFC 5321 §4.5.3.1.8: every server takes at least this many recipients at a time. */
    private static final int RECIPIENTS_PER_REQUEST = 100;

    /** At least this number of messages may wait for a destination. */
    private static final int MIN_SHARE = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private static final EnhancedStatus NO_ROUTE = new EnhancedStatus(4, 3, 0);
    private static final EnhancedStatus DISCARDED = new EnhancedStatus(2, 0, 0);
    private static final EnhancedStatus GIVEN_BACK = new EnhancedStatus(5, 7, 0);
    /** RFC 2852 §5: the delivery time has passed. */
    private static final EnhancedStatus TOO_LATE = new EnhancedStatus(4, 4, 7);

    /** Is told how an attempt has ended. */
    interface Listener {
        /**
         * Every recipient has a result.
         *
         * @param left what is left to do; null if every recipient is settled
         */
        void concluded(QueueEntry entry, @Nullable DeliveryState left, String reason);

        /** Nothing was tried: so much waits for this destination that this message must wait outside of it. */
        void postponed(QueueEntry entry, Destination until);

        /** The same, but the message must not wait here at all, because others need the room. */
        void givenBack(QueueEntry entry, Destination until, DeliveryState state);

        /** These messages were postponed and may be attempted now. */
        void resumed(List<QueueEntry> entries);
    }

    private final EventLoop loop;
    private final RelayQueue queue;
    private final DestinationSet destinations;
    private final LongSupplier clockMillis;
    private final Listener listener;
    private final Conclusion conclusion;
    private final IdentityHashMap<DeliveryRequest, Attempt> requests = new IdentityHashMap<>();
    private MailRouter router;

    Attempts(
            EventLoop loop,
            RelayQueue queue,
            MailRouter router,
            DestinationSet destinations,
            ScheduleOptions options,
            Listener listener) {
        this.loop = loop;
        this.queue = queue;
        this.router = router;
        this.destinations = destinations;
        this.clockMillis = options.clockMillis();
        this.listener = listener;
        this.conclusion = new Conclusion(loop, queue, options, listener);
    }

    void replaceRouter(MailRouter other) {
        router = other;
    }

    DeliveryCounters counters() {
        return conclusion.counters();
    }

    /** Begins an attempt for the recipients that are not settled. */
    void begin(QueueEntry entry, QueuedMail mail, DeliveryState before) {
        var attempt = new Attempt(entry, mail, before, clockMillis.getAsLong());
        entry.attempt = attempt;
        settleReported(attempt);
        if (attempt.isComplete()) {
            conclusion.conclude(attempt);
            return;
        }
        Duration age = Duration.between(mail.received(), Instant.ofEpochMilli(clockMillis.getAsLong()));
        if (TimeLimits.isTooLate(mail.envelope(), age)) {
            expire(attempt);
            return;
        }
        new Routing(attempt).begin();
    }

    /** Ends an attempt without trying the recipients, for the reasons of the attempt before. */
    private void expire(Attempt attempt) {
        for (RecipientState one : attempt.unsent()) {
            boolean isUntried = one.status().isEmpty();
            var outcome = new RecipientOutcome(
                    one.index(),
                    Kind.DEFERRED,
                    isUntried ? TOO_LATE : EnhancedStatus.parse(one.status()),
                    isUntried ? "the time that the sender gave has passed" : one.reply());
            attempt.settle(new SettledRecipient(outcome, attempt.before.lastHost(), false));
        }
        conclusion.conclude(attempt);
    }

    /** Recipients that were delivered or refused before, and whose reports had to wait. */
    private static void settleReported(Attempt attempt) {
        for (RecipientState one : attempt.before.pending()) {
            if (one.isToBeReported()) {
                Kind kind = one.status().startsWith("2.") ? Kind.DELIVERED : Kind.REFUSED;
                var outcome = new RecipientOutcome(one.index(), kind, EnhancedStatus.parse(one.status()), one.reply());
                attempt.settle(new SettledRecipient(outcome, "", false));
            }
        }
    }

    /** Returns a message to its sender, because an operator wants it. */
    void giveBack(QueueEntry entry, QueuedMail mail, DeliveryState before) {
        var attempt = new Attempt(entry, mail, before, clockMillis.getAsLong());
        entry.attempt = attempt;
        settleReported(attempt);
        for (RecipientState one : attempt.unsent()) {
            String reason = one.reply().isEmpty()
                    ? "returned by the operator of the mail server"
                    : one.reply() + " (returned by the operator of the mail server)";
            settle(attempt, one.index(), Kind.REFUSED, GIVEN_BACK, reason);
        }
        conclusion.conclude(attempt);
    }

    /** Collects the routes of an attempt's recipients; many domains are looked up at the same time. */
    private final class Routing {
        private final Attempt attempt;
        private final Map<String, NextHop> nextHops = new LinkedHashMap<>();
        private final Map<String, List<Integer>> recipients = new LinkedHashMap<>();
        private final TlsDemand demand;
        private int missing;

        Routing(Attempt attempt) {
            this.attempt = attempt;
            this.missing = attempt.unsent().size();
            this.demand = TlsDemandField.of(attempt.mail.envelope());
        }

        void begin() {
            var paths = attempt.mail.envelope().forwardPaths();
            var sender = attempt.mail.envelope().reversePath();
            var submitter = Submitter.of(attempt.mail.envelope());
            for (RecipientState one : attempt.unsent()) {
                Mailbox mailbox = paths.get(one.index()).mailbox();
                route(new RouteQuery(sender, mailbox, submitter)).whenComplete((route, unexpected) -> {
                    if (loop.inLoop()) {
                        found(one.index(), route, unexpected);
                    } else {
                        loop.execute(() -> found(one.index(), route, unexpected));
                    }
                });
            }
        }

        private CompletionStage<MailRoute> route(RouteQuery query) {
            try {
                return router.route(query);
            } catch (RuntimeException e) {
                return CompletableFuture.failedStage(e);
            }
        }

        /** A route is found; null if the router has failed. Our own fault must not cost the sender the message. */
        private void found(int recipient, @Nullable MailRoute route, @Nullable Throwable unexpected) {
            if (route == null) {
                LOG.error("id={} the route of a recipient cannot be found", attempt.entry.id, unexpected);
                settle(attempt, recipient, Kind.DEFERRED, NO_ROUTE, "the route cannot be found: " + unexpected);
            } else if (route instanceof MailRoute.ToHosts hosts) {
                NextHop nextHop = hosts.nextHop().forDemand(demand).dividedAmong(queue.workers());
                nextHops.put(nextHop.name(), nextHop);
                recipients
                        .computeIfAbsent(nextHop.name(), none -> new ArrayList<>())
                        .add(recipient);
            } else if (route instanceof MailRoute.Failure failure) {
                Kind kind = failure.isPermanent() ? Kind.REFUSED : Kind.DEFERRED;
                settle(attempt, recipient, kind, failure.status(), failure.reason());
            } else {
                settle(attempt, recipient, Kind.DELIVERED, DISCARDED, "discarded");
            }
            missing--;
            if (missing == 0) {
                sendAll();
            }
        }

        private void postpone(Destination full) {
            attempt.entry.attempt = null;
            if (isFair()) {
                listener.givenBack(attempt.entry, full, attempt.before);
            } else {
                listener.postponed(attempt.entry, full);
            }
        }

        private void sendAll() {
            int priority = attempt.mail.envelope().mail().priority().orElse(0);
            for (NextHop nextHop : nextHops.values()) {
                Destination full = destinations.ifFull(nextHop, priority, share(), attempt.entry.goesFirst);
                if (full != null) {
                    postpone(full);
                    return;
                }
            }
            attempt.entry.goesFirst = false;
            recipients.forEach((name, indexes) -> {
                Collections.sort(indexes); // look-ups may end in any order
                NextHop nextHop = nextHops.get(name);
                for (int from = 0; from < indexes.size(); from += RECIPIENTS_PER_REQUEST) {
                    int to = Math.min(indexes.size(), from + RECIPIENTS_PER_REQUEST);
                    if (nextHop != null) {
                        send(attempt, nextHop, indexes.subList(from, to));
                    }
                }
            });
            concludeIfComplete(attempt);
        }
    }

    /**
     * How many messages may wait for one destination. With a shared queue, half of the room that is left: so there is
     * always some for others, however many destinations are slow.
     */
    private int share() {
        return isFair() ? Math.max(MIN_SHARE, queue.room() / 2) : Integer.MAX_VALUE;
    }

    /** Whether mail of one destination can take the room that the mail of another needs. */
    private boolean isFair() {
        return queue.isShared() && !router.hasOneNextHop();
    }

    private void settle(Attempt attempt, int recipient, Kind kind, EnhancedStatus status, String reason) {
        var outcome = new RecipientOutcome(recipient, kind, status, reason);
        attempt.settle(new SettledRecipient(outcome, "", false));
        conclusion.log(attempt, outcome, DeliveryResult.withoutConnection("none", List.of(outcome)));
    }

    private void send(Attempt attempt, NextHop nextHop, List<Integer> indexes) {
        var request = new DeliveryRequest(
                attempt.entry.id, attempt.mail.envelope(), attempt.mail, attempt.before.attempts() + 1, indexes);
        requests.put(request, attempt);
        attempt.entry.destination = destinations.send(nextHop, request, this);
    }

    @Override
    public void hasRoom(Destination destination) {
        listener.resumed(destination.takePostponed());
    }

    @Override
    public void finished(Destination destination, DeliveryRequest request, DeliveryResult result) {
        Attempt attempt = requests.remove(request);
        if (attempt == null) {
            throw new IllegalStateException("a second result for id=" + request.id());
        }
        if (result.isAnswered()) {
            attempt.reachedRecipients();
        }
        var again = new ArrayList<Integer>();
        for (RecipientOutcome outcome : result.recipients()) {
            if (outcome.kind() == Kind.TOO_MANY) {
                again.add(outcome.index());
            } else {
                attempt.settle(new SettledRecipient(outcome, result.host(), result.passesReportsOn()));
                conclusion.log(attempt, outcome, result);
            }
        }
        if (!again.isEmpty()) {
            send(attempt, destination.nextHop(), again);
        }
        if (attempt.isComplete()) {
            conclusion.conclude(attempt);
        } else if (result.isAnswered()) {
            // a crash from here on must not deliver this part again
            queue.recordProgress(attempt.entry.id, attempt.before.withPending(attempt.pending()));
        }
    }

    private void concludeIfComplete(Attempt attempt) {
        if (attempt.isComplete() && attempt.entry.attempt == attempt && !attempt.isConcluded()) {
            conclusion.conclude(attempt);
        }
    }
}
