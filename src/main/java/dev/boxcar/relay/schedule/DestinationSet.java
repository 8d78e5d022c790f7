// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.HostFailure;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.schedule.ConnectionFactory.Connection;
import dev.boxcar.relay.schedule.status.DestinationStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All destinations, and the limit of their connections together. A destination that finds the limit reached waits its
 * turn. Confined to the scheduler's loop.
 */
final class DestinationSet {
    /** Receives the results. */
    interface Results {
        void finished(Destination destination, DeliveryRequest request, DeliveryResult result);

        /** Messages that wait outside of this destination may be sent now. */
        void hasRoom(Destination destination);
    }

    /** When an idle destination is looked at again that must be remembered for its pause or its failures. */
    private static final Duration MEMORY = Duration.ofMinutes(1);
    /** With more destinations than these, those that are idle and not dead are forgotten: memory is bounded. */
    private static final int MAX_COUNTING_FAILURES = 1_000;

    private static final int MAX_LAST_REPLIES = 1_000;

    private final EventLoop loop;
    private final ConnectionFactory factory;
    private final RetrySchedule retries;
    private final int maxConnections;
    private final Map<String, Destination> destinations = new LinkedHashMap<>();
    private final Set<Destination> waitingForConnection = new LinkedHashSet<>();
    /** Destinations that are looked at again, since they were idle. */
    private final Set<Destination> remembered = new HashSet<>();
    /** Of destinations that are not open any more, those that ended last. */
    private final Map<String, String> lastReplies = new LinkedHashMap<>();

    private int connections;

    DestinationSet(EventLoop loop, ConnectionFactory factory, ScheduleOptions options) {
        this.loop = loop;
        this.factory = factory;
        this.retries = options.retries();
        this.maxConnections = options.maxConnections();
    }

    /**
     * The destination of a next hop if it takes no more messages of this priority now; null otherwise.
     *
     * @param share how many messages may wait for it
     * @param goesFirst whether the message was postponed before
     */
    @Nullable
    Destination ifFull(NextHop nextHop, int priority, int share, boolean goesFirst) {
        Destination destination = destinations.get(nextHop.name());
        return destination != null && destination.isFull(priority, share, goesFirst) ? destination : null;
    }

    /** Sends a request to a next hop; its result goes to {@code results}. Returns the name of the destination. */
    String send(NextHop nextHop, DeliveryRequest request, Results results) {
        Destination destination = destinations.get(nextHop.name());
        if (destination == null) {
            destination = new Destination(nextHop, retries, new DestinationOwner(results));
            destinations.put(nextHop.name(), destination);
        } else {
            destination.update(nextHop);
        }
        destination.add(request);
        return destination.name();
    }

    private final class DestinationOwner implements Destination.Owner {
        private final Results results;

        DestinationOwner(Results results) {
            this.results = results;
        }

        @Override
        public @Nullable Connection open(Destination destination) {
            if (connections >= maxConnections) {
                waitingForConnection.add(destination);
                return null;
            }
            connections++;
            return new TrackedConnection(destination).connection;
        }

        @Override
        public void finished(Destination destination, DeliveryRequest request, DeliveryResult result) {
            results.finished(destination, request, result);
        }

        @Override
        public void hasRoom(Destination destination) {
            results.hasRoom(destination);
        }

        @Override
        public long nowNanos() {
            return loop.turnNanos();
        }

        @Override
        public void wake(Destination destination, Duration after) {
            loop.schedule(after, destination::rateAllowsMore);
        }
    }

    /** Brings the events of a connection to the scheduler's loop. */
    private final class TrackedConnection implements ConnectionFactory.Events {
        private final Destination destination;
        final Connection connection;

        TrackedConnection(Destination destination) {
            this.destination = destination;
            this.connection = factory.open(destination.nextHop(), this);
        }

        @Override
        public void finished(DeliveryRequest request, DeliveryResult result) {
            loop.execute(() -> destination.finished(connection, request, result));
        }

        @Override
        public void ended(@Nullable HostFailure failure) {
            loop.execute(() -> connectionEnded(destination, connection, failure));
        }
    }

    private void connectionEnded(Destination destination, Connection connection, @Nullable HostFailure failure) {
        connections--;
        destination.ended(connection, failure);
        forgetIfIdle(destination);
        Destination next = waitingForConnection.stream().findFirst().orElse(null);
        if (next != null) {
            waitingForConnection.remove(next);
            next.pump();
        }
    }

    private void forgetIfIdle(Destination destination) {
        if (!destination.isIdle()) {
            return;
        }
        keepLastReply(destination);
        boolean countsFailures = destination.hasFailedLately() && destinations.size() <= MAX_COUNTING_FAILURES;
        if (!destination.isPaused() && !countsFailures) {
            destinations.remove(destination.name(), destination);
        } else if (remembered.add(destination)) {
            loop.schedule(MEMORY, () -> {
                remembered.remove(destination);
                forgetIfIdle(destination);
            });
        }
    }

    private void keepLastReply(Destination destination) {
        lastReplies.remove(destination.name());
        lastReplies.put(destination.name(), destination.lastReply());
        if (lastReplies.size() > MAX_LAST_REPLIES) {
            lastReplies.remove(lastReplies.keySet().iterator().next());
        }
    }

    /** What can be seen of all destinations now. */
    List<DestinationStatus> statuses(long nowMillis) {
        return destinations.values().stream()
                .filter(destination -> !destination.isIdle() || destination.isPaused())
                .map(destination -> destination.status(nowMillis))
                .toList();
    }

    /** The last reply of a destination that is not open any more; empty if it is not known. */
    String lastReply(String name) {
        return lastReplies.getOrDefault(name, "");
    }

    /** Ends the pauses of destinations that are dead. */
    void retryNow() {
        destinations.values().forEach(Destination::retryNow);
    }

    /** Sends nothing more, and ends all connections once the requests that they have are finished. */
    void stop() {
        destinations.values().forEach(Destination::stop);
    }

    /** How many requests are being delivered. */
    int inDelivery() {
        return destinations.values().stream().mapToInt(Destination::inDelivery).sum();
    }
}
