// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.HostFailure;
import dev.boxcar.relay.delivery.RecipientOutcome;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.schedule.ConnectionFactory.Connection;
import dev.boxcar.relay.schedule.fairness.ReturnTimes;
import dev.boxcar.relay.schedule.status.DestinationStatus;
import dev.boxcar.smtp.EnhancedStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mail that goes to one next hop: the messages that wait for it and the connections to it. Small messages do not
 * wait for a message with many recipients. Confined to the scheduler's loop.
 */
final class Destination {
    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);
    /** One message is being sent while the next one waits, so that its MAIL travels with the final dot before it. */
    private static final int REQUESTS_PER_CONNECTION = 2;
    /** When so many messages wait, more are postponed, so that a hung destination holds little memory. */
    private static final int MAX_WAITING = 500;

    /** What a destination asks of the scheduler. */
    interface Owner {
        /** Opens a connection, or returns null if too many are open; then {@link #pump} is called later. */
        @Nullable
        Connection open(Destination destination);

        /** A request has its result. */
        void finished(Destination destination, DeliveryRequest request, DeliveryResult result);

        /** The messages of {@link #takePostponed} may be sent now. */
        void hasRoom(Destination destination);

        /** The loop's time in nanoseconds. */
        long nowNanos();

        /** Calls {@link #rateAllowsMore} after this time. */
        void wake(Destination destination, Duration after);
    }

    private static final class Open {
        final Connection connection;
        int requests;
        int given;
        boolean proven;
        boolean retired;

        Open(Connection connection) {
            this.connection = connection;
        }

        /** Ends once its requests are finished. */
        void retire() {
            if (!retired) {
                retired = true;
                connection.quit();
            }
        }
    }

    private final String name;
    private final Owner owner;
    private final DeliveryWindow window;
    private final MinuteRate rate = new MinuteRate();
    private final List<Open> connections = new ArrayList<>();
    private final WaitingRequests requests = new WaitingRequests();
    private final ReturnTimes returnTimes;
    private NextHop nextHop;
    private final Set<QueueEntry> postponed = new LinkedHashSet<>();
    private @Nullable HostFailure lastFailure;
    private String lastReply = "";
    private boolean stopped;
    private boolean waitsForRate;

    Destination(NextHop nextHop, RetrySchedule retries, Owner owner) {
        this.name = nextHop.name();
        this.nextHop = nextHop;
        this.window = new DeliveryWindow(retries, nextHop.settings().connections());
        this.owner = owner;
        this.returnTimes = new ReturnTimes(owner.nowNanos());
    }

    /** The name of the next hop, which never changes. */
    String name() {
        return name;
    }

    NextHop nextHop() {
        return nextHop;
    }

    /**
     * Sends through these hosts from now on: a configuration or DNS may have changed. Connections to other hosts take
     * no more messages.
     */
    void update(NextHop latest) {
        if (!latest.hasSameServersAs(nextHop)) {
            connections.forEach(Open::retire);
        }
        nextHop = latest;
        window.allow(latest.settings().connections());
    }

    /** How many messages wait for a connection. */
    int waiting() {
        return requests.size();
    }

    /**
     * Whether so much waits that more is postponed. Urgent messages do not wait for ordinary ones. Otherwise half of
     * the room is for those that were postponed, or a stream of new messages would keep them waiting.
     *
     * @param share how many may wait here, because others need room, too
     * @param goesFirst whether the message was postponed before
     */
    boolean isFull(int priority, int share, boolean goesFirst) {
        boolean isBehind = !postponed.isEmpty() && !goesFirst;
        int max = Math.min(isBehind ? MAX_WAITING / 2 : MAX_WAITING, share);
        return waiting() >= (priority > 0 ? 2 * max : max);
    }

    /** After which time a message may come back that does not wait here. */
    Duration returnsAfter() {
        return returnTimes.next(owner.nowNanos());
    }

    /** Keeps a message until there is room. */
    void postpone(QueueEntry entry) {
        postponed.add(entry);
        entry.postponedAt = this;
    }

    /** Keeps a message no longer, because it was changed. */
    void removePostponed(QueueEntry entry) {
        postponed.remove(entry);
        entry.postponedAt = null;
    }

    /**
     * Takes the messages that may be sent now. Takes all if nothing that happens here later would ask for the rest:
     * while the destination is dead, or when nothing waits and nothing is open.
     */
    List<QueueEntry> takePostponed() {
        boolean takesAll = window.isDead(owner.nowNanos()) || (waiting() == 0 && connections.isEmpty());
        var some = new ArrayList<QueueEntry>();
        Iterator<QueueEntry> oldest = postponed.iterator();
        while (oldest.hasNext() && (takesAll || waiting() + some.size() < MAX_WAITING)) {
            QueueEntry entry = oldest.next();
            oldest.remove();
            entry.postponedAt = null;
            entry.goesFirst = true;
            some.add(entry);
        }
        return some;
    }

    /** How many requests the connections have. */
    int inDelivery() {
        return connections.stream().mapToInt(open -> open.requests).sum();
    }

    /** Whether nothing waits and nothing is open. */
    boolean isIdle() {
        return waiting() == 0 && postponed.isEmpty() && connections.isEmpty();
    }

    /** Whether it must be remembered, though it is idle, because the next message would have to wait. */
    boolean isPaused() {
        long nowNanos = owner.nowNanos();
        return window.isDead(nowNanos) || rate.isInUse(nowNanos);
    }

    /** Whether its failures still count, though it is idle: some more, and it is dead. */
    boolean hasFailedLately() {
        return window.hasFailedLately(owner.nowNanos());
    }

    /** Adds a message. While the destination is dead, the message is deferred at once. */
    void add(DeliveryRequest request) {
        if (window.isDead(owner.nowNanos())) {
            defer(request);
            return;
        }
        requests.add(request);
        pump();
    }

    private void defer(DeliveryRequest request) {
        HostFailure failure = lastFailure;
        EnhancedStatus status = failure == null ? new EnhancedStatus(4, 4, 1) : failure.status();
        String reason = failure == null ? "the destination cannot be reached" : failure.reason();
        List<RecipientOutcome> outcomes = request.recipients().stream()
                .map(index -> new RecipientOutcome(index, RecipientOutcome.Kind.DEFERRED, status, reason))
                .toList();
        owner.finished(this, request, DeliveryResult.withoutConnection(nextHop.name(), outcomes));
    }

    /** Gives waiting messages to connections, as far as the window allows. */
    void pump() {
        Open open = mayGive() ? connectionForNext() : null;
        while (open != null) {
            open.requests++;
            open.given++;
            rate.count(nextHop.settings().messagesPerMinute(), owner.nowNanos());
            open.connection.deliver(requests.remove());
            open = mayGive() ? connectionForNext() : null;
        }
        if (!postponed.isEmpty() && waiting() < MAX_WAITING / 2 && !stopped) {
            owner.hasRoom(this);
        }
    }

    private boolean mayGive() {
        if (stopped || waiting() == 0 || waitsForRate) {
            return false;
        }
        long nanos = rate.waitNanos(nextHop.settings().messagesPerMinute(), owner.nowNanos());
        if (nanos > 0) {
            waitsForRate = true;
            owner.wake(this, Duration.ofNanos(nanos));
        }
        return nanos == 0;
    }

    /** More messages may be sent, because a minute is over. */
    void rateAllowsMore() {
        waitsForRate = false;
        pump();
    }

    private @Nullable Open connectionForNext() {
        Open best = null;
        for (Open open : connections) {
            boolean hasRoom = open.requests == 0 || (open.proven && open.requests < REQUESTS_PER_CONNECTION);
            if (hasRoom
                    && !open.retired
                    && open.given < nextHop.settings().messagesPerConnection()
                    && (best == null || open.requests < best.requests)) {
                best = open;
            }
        }
        if (best != null && best.requests == 0) {
            return best;
        }
        if (connections.size() < window.connections(owner.nowNanos())) {
            Connection connection = owner.open(this);
            if (connection != null) {
                var open = new Open(connection);
                connections.add(open);
                return open;
            }
        }
        return best;
    }

    /** A connection has finished a request. */
    void finished(Connection connection, DeliveryRequest request, DeliveryResult result) {
        Open open = find(connection);
        if (open != null) {
            open.requests--;
            if (result.isAnswered() && !open.proven) {
                open.proven = true;
                window.loggedIn();
            }
            if (open.given >= nextHop.settings().messagesPerConnection() && open.requests == 0) {
                open.connection.quit();
            }
        }
        if (result.isNotTried()) {
            if (window.isDead(owner.nowNanos())) {
                defer(request);
            } else {
                requests.addFirst(request);
            }
        } else {
            lastReply = result.recipients().get(result.recipients().size() - 1).reply();
            if (result.isAnswered()) {
                returnTimes.taken();
                window.succeeded();
                if (result.recipients().stream().map(RecipientOutcome::status).anyMatch(Destination::isTooMuch)) {
                    window.halve(owner.nowNanos());
                }
            }
            owner.finished(this, request, result);
        }
        pump();
    }

    /** RFC 3463 §3.8 and practice: the server wants fewer messages or connections. */
    private static boolean isTooMuch(EnhancedStatus status) {
        return status.classOf() == 4 && (status.subject() == 7 || (status.subject() == 3 && status.detail() == 2));
    }

    /** A connection has ended, after all its results. */
    void ended(Connection connection, @Nullable HostFailure failure) {
        Open open = find(connection);
        if (open != null) {
            connections.remove(open);
        }
        if (failure != null && !failure.isPermanent()) {
            lastFailure = failure;
            boolean wasDead = window.isDead(owner.nowNanos());
            lastReply = failure.reason();
            boolean isDead = failed(failure);
            if (failure.login() != HostFailure.Login.NOT_TRIED) {
                LOG.error(
                        "destination={} the relay cannot log in, mail waits reason=\"{}\"",
                        nextHop.name(),
                        failure.reason());
            }
            if (isDead) {
                if (!wasDead) {
                    LOG.warn("destination={} is dead reason=\"{}\"", nextHop.name(), failure.reason());
                }
                requests.removeAll().forEach(this::defer);
            }
        }
        pump();
    }

    /** Returns whether the destination is dead. While it serves other connections, it only wants no more of them. */
    private boolean failed(HostFailure failure) {
        long serving = connections.stream().filter(open -> open.proven).count();
        if (serving == 0) {
            return failure.isLoginRefused() ? window.refusedLogin(owner.nowNanos()) : window.failed(owner.nowNanos());
        }
        if (failure.isLoginRefused()) {
            window.limitLogins((int) serving, owner.nowNanos());
        } else {
            window.limit((int) serving, owner.nowNanos());
        }
        return false;
    }

    private @Nullable Open find(Connection connection) {
        for (Open open : connections) {
            if (open.connection == connection) {
                return open;
            }
        }
        return null;
    }

    /** What can be seen of it now. */
    DestinationStatus status(long nowMillis) {
        long nowNanos = owner.nowNanos();
        Instant deadUntil = window.isDead(nowNanos)
                ? Instant.ofEpochMilli(nowMillis + TimeUnit.NANOSECONDS.toMillis(window.deadUntilNanos() - nowNanos))
                : null;
        return new DestinationStatus(
                name, waiting() + postponed.size(), inDelivery(), connections.size(), deadUntil, lastReply);
    }

    /** The last reply of a server, or why none replied; empty if there was none. */
    String lastReply() {
        return lastReply;
    }

    /** Ends a pause, because an operator asked for an attempt now. */
    void retryNow() {
        window.retryNow(owner.nowNanos());
    }

    /** Sends nothing more, and ends all connections once their requests are finished. */
    void stop() {
        stopped = true;
        connections.forEach(open -> open.connection.quit());
    }
}
