// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.delivery.DeliveryRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;

/**
 * The requests that wait for a connection to one destination. A higher priority goes first (RFC 6710 §4.1). Requests of
 * one priority go in the order in which they came, but a message with many recipients takes turns with small ones.
 * Confined to the scheduler's loop.
 */
final class WaitingRequests {
    /** A message with more recipients than this waits in a line of its own. */
    private static final int FEW_RECIPIENTS = 10;

    private final TreeMap<Integer, Lines> byPriority = new TreeMap<>(Comparator.reverseOrder());
    private int size;

    /** The requests of one priority. */
    private static final class Lines {
        final Deque<DeliveryRequest> small = new ArrayDeque<>();
        final Deque<DeliveryRequest> large = new ArrayDeque<>();
        private boolean largeIsNext;

        Deque<DeliveryRequest> of(DeliveryRequest request) {
            return request.recipients().size() > FEW_RECIPIENTS ? large : small;
        }

        DeliveryRequest remove() {
            boolean takeLarge = small.isEmpty() || (largeIsNext && !large.isEmpty());
            largeIsNext = !takeLarge;
            return (takeLarge ? large : small).remove();
        }

        boolean isEmpty() {
            return small.isEmpty() && large.isEmpty();
        }
    }

    private Lines lines(DeliveryRequest request) {
        return byPriority.computeIfAbsent(request.priority(), priority -> new Lines());
    }

    void add(DeliveryRequest request) {
        lines(request).of(request).add(request);
        size++;
    }

    /** Puts a request before those of its kind, because it was taken before. */
    void addFirst(DeliveryRequest request) {
        lines(request).of(request).addFirst(request);
        size++;
    }

    /** Takes the next request. There must be one. */
    DeliveryRequest remove() {
        var first = byPriority.firstEntry();
        DeliveryRequest next = first.getValue().remove();
        if (first.getValue().isEmpty()) {
            byPriority.remove(first.getKey());
        }
        size--;
        return next;
    }

    /** Takes all requests. */
    List<DeliveryRequest> removeAll() {
        var all = new ArrayList<DeliveryRequest>(size);
        while (size > 0) {
            all.add(remove());
        }
        return all;
    }

    int size() {
        return size;
    }
}
