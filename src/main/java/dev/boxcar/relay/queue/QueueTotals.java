// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import java.util.Map;

/**
 * How many messages a queue has. Immutable.
 *
 * @param active those that are attempted, or wait for a relay that attempts them
 * @param deferred those that wait for another attempt
 * @param scheduled those whose sender asked for a later delivery
 * @param held those that an operator holds
 * @param oldestMillis when the oldest was accepted, in milliseconds since 1970, to the minute; 0 if there is none
 * @param waitingByHost the deferred, scheduled and held ones by the server of the latest attempt; empty if there was
 *     none
 */
public record QueueTotals(
        int active, int deferred, int scheduled, int held, long oldestMillis, Map<String, Integer> waitingByHost) {
    public QueueTotals {
        waitingByHost = Map.copyOf(waitingByHost);
    }
}
