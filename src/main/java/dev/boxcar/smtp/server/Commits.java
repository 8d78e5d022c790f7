// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one session whose replies wait for the sink: so many and so large at most, then the session is
 * neither dispatched nor read until there is room. Confined to the loop thread.
 */
final class Commits {
    private static final int MOST = 32;
    private static final long MOST_BYTES = 1024 * 1024;

    private @Nullable ArrayDeque<CommitReply> waiting;
    private long bytes;

    void add(CommitReply reply) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(reply);
        bytes += reply.bytes();
    }

    /** Sinks answer in order as a rule, so the first is the one that is looked for. */
    void remove(CommitReply reply) {
        if (waiting != null && waiting.removeFirstOccurrence(reply)) {
            bytes -= reply.bytes();
            if (waiting.isEmpty()) {
                waiting = null; // an idle session keeps no memory
            }
        }
    }

    void forget() {
        waiting = null;
        bytes = 0;
    }

    boolean haveRoom() {
        return waiting == null || (waiting.size() < MOST && bytes < MOST_BYTES);
    }

    boolean areWaiting() {
        return waiting != null;
    }

    /** Since when the longest of them has been waiting; ask only while there is one. */
    long waitingSinceNanos() {
        if (waiting == null) {
            throw new IllegalStateException("no message waits for the sink");
        }
        return waiting.element().sinceNanos();
    }
}
