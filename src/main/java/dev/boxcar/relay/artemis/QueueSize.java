// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

/**
 * How many messages the queue has and how many relays deliver from it: what the broker said last, and what this relay
 * has added and settled since. Any thread.
 */
final class QueueSize {
    private long messages;
    private int workers = 1;
    private long changes;

    synchronized void sent() {
        messages++;
        changes++;
    }

    synchronized void settled() {
        messages--;
        changes++;
    }

    /** How often this relay has changed the queue. */
    synchronized long changes() {
        return changes;
    }

    /**
     * Takes what the broker said. While it was asked, this relay may have changed the queue: then the answer is taken
     * only if {@code isOverdue}, because it is wrong by these changes at most.
     *
     * @param before {@link #changes} before the broker was asked
     */
    synchronized boolean update(long counted, int consumers, long before, boolean isOverdue) {
        workers = Math.max(1, consumers);
        if (changes != before && !isOverdue) {
            return false;
        }
        messages = counted;
        return true;
    }

    synchronized int messages() {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, messages));
    }

    synchronized int workers() {
        return workers;
    }
}
