// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.status;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The queue at one moment. Immutable.
 *
 * @param messages the number of messages in each state
 * @param oldestMillis when the oldest message was accepted, in milliseconds since 1970; 0 if the queue is empty
 * @param destinations those with most messages first
 */
public record QueueSnapshot(
        Map<QueuedState, Integer> messages, long oldestMillis, List<DestinationStatus> destinations) {
    public QueueSnapshot {
        var all = new EnumMap<QueuedState, Integer>(QueuedState.class);
        for (QueuedState state : QueuedState.values()) {
            all.put(state, messages.getOrDefault(state, 0));
        }
        messages = Map.copyOf(all);
        destinations = List.copyOf(destinations);
    }

    /** The number of messages in this state. */
    public int messages(QueuedState state) {
        return messages.getOrDefault(state, 0);
    }

    /** The number of all messages. */
    public int total() {
        return messages.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How old the oldest message is at this time, in seconds; 0 if the queue is empty. */
    public double ageSeconds(long nowMillis) {
        return oldestMillis == 0 ? 0 : Math.max(0, nowMillis - oldestMillis) / 1000.0;
    }

    /** How many destinations are dead. */
    public long deadDestinations() {
        return destinations.stream().filter(one -> one.deadUntil() != null).count();
    }

    /** How many transactions are going on. */
    public int inDelivery() {
        return destinations.stream().mapToInt(DestinationStatus::inDelivery).sum();
    }
}
