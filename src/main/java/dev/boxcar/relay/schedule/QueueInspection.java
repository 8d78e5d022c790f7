// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.schedule.status.DestinationStatus;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import dev.boxcar.relay.schedule.status.QueuedEntry;
import dev.boxcar.relay.schedule.status.QueuedState;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/** Looks at the whole queue, without changing it. Takes a few milliseconds per 100,000 messages. */
final class QueueInspection {
    private final Collection<QueueEntry> entries;
    private final long nowMillis;

    /** An inspection of these entries at this time. */
    QueueInspection(Collection<QueueEntry> entries, long nowMillis) {
        this.entries = entries;
        this.nowMillis = nowMillis;
    }

    QueueSnapshot snapshot(DestinationSet destinations) {
        var states = new EnumMap<QueuedState, Integer>(QueuedState.class);
        var waiting = new HashMap<String, Integer>();
        long oldest = Long.MAX_VALUE;
        for (QueueEntry entry : entries) {
            states.merge(entry.state(nowMillis), 1, Integer::sum);
            waiting.merge(entry.destination, 1, Integer::sum);
            oldest = Math.min(oldest, entry.id.millis());
        }
        return new QueueSnapshot(states, entries.isEmpty() ? 0 : oldest, statuses(destinations, waiting));
    }

    private List<DestinationStatus> statuses(DestinationSet destinations, Map<String, Integer> waiting) {
        var statuses = new ArrayList<DestinationStatus>();
        for (DestinationStatus open : destinations.statuses(nowMillis)) {
            int all = waiting.getOrDefault(open.name(), 0);
            waiting.remove(open.name());
            statuses.add(new DestinationStatus(
                    open.name(),
                    Math.max(open.waiting(), all - open.inDelivery()),
                    open.inDelivery(),
                    open.connections(),
                    open.deadUntil(),
                    open.lastReply()));
        }
        waiting.forEach((name, messages) ->
                statuses.add(new DestinationStatus(name, messages, 0, 0, null, destinations.lastReply(name))));
        statuses.sort(
                Comparator.comparingInt(DestinationStatus::waiting).reversed().thenComparing(DestinationStatus::name));
        return statuses;
    }

    /** The first entries after this id that match, in the order of acceptance. */
    List<QueuedEntry> page(Ulid after, int limit, Predicate<QueuedEntry> filter) {
        var page = new PriorityQueue<QueuedEntry>(
                Comparator.comparing(QueuedEntry::id).reversed());
        for (QueueEntry entry : entries) {
            if (entry.id.compareTo(after) <= 0 || (page.size() == limit && isAfterLast(entry, page))) {
                continue;
            }
            QueuedEntry seen = entry.seen(nowMillis);
            if (filter.test(seen)) {
                page.add(seen);
                if (page.size() > limit) {
                    page.remove();
                }
            }
        }
        var sorted = new ArrayList<>(page);
        sorted.sort(Comparator.comparing(QueuedEntry::id));
        return sorted;
    }

    private static boolean isAfterLast(QueueEntry entry, PriorityQueue<QueuedEntry> page) {
        QueuedEntry last = page.peek();
        return last != null && entry.id.compareTo(last.id()) > 0;
    }
}
