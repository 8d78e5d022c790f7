// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one session that wait for the sink. If there are too many of them, or they are too large together,
 * the session reads nothing until some are stored. Confined to the loop thread.
 */
public final class PendingCommits {
    private static final int MAX_COUNT = 32;
    private static final long MAX_BYTES = 1024 * 1024;

    /** Null while nothing is pending, so that an idle session needs no memory for it. */
    private @Nullable ArrayDeque<PendingCommit> waiting;

    private long bytes;

    public void add(PendingCommit commit) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(commit);
        bytes += commit.bytes();
    }

    /** Removes a commit. Sinks usually answer in order, so it is usually the first. */
    public void remove(PendingCommit commit) {
        if (waiting != null && waiting.removeFirstOccurrence(commit)) {
            bytes -= commit.bytes();
            if (waiting.isEmpty()) {
                waiting = null;
            }
        }
    }

    public void clear() {
        waiting = null;
        bytes = 0;
    }

    public boolean haveRoom() {
        return waiting == null || (waiting.size() < MAX_COUNT && bytes < MAX_BYTES);
    }

    public boolean isEmpty() {
        return waiting == null;
    }

    /** Since when the oldest of them has been waiting. Only while one is pending. */
    public long oldestNanos() {
        if (waiting == null) {
            throw new IllegalStateException("no message waits for the sink");
        }
        return waiting.element().sinceNanos();
    }
}
