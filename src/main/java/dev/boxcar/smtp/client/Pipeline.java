// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.client.reply.ServerCapabilities;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What was said and not answered yet, and what was agreed on. Confined to the loop thread. */
final class Pipeline {
    /** Answers that may be owed: bounds what an unanswering server is sent, and is deep enough for any round trip. */
    static final int WINDOW = 1000;

    private final Queue<PendingReply> dues = new ArrayDeque<>();
    private final Runnable progress;
    private PipeliningMode mode = PipeliningMode.LOCKSTEP;
    private ServerCapabilities offers = ServerCapabilities.NONE;
    /** A transaction was begun that nothing has ended: RSET must stand before the next MAIL. */
    private boolean needsReset;

    /** {@code progress} is called when what is waited for has changed. */
    Pipeline(Runnable progress) {
        this.progress = progress;
    }

    void agree(ServerCapabilities offered, PipeliningMode wanted) {
        offers = offered;
        mode = wanted.within(offered);
    }

    ServerCapabilities offers() {
        return offers;
    }

    PipeliningMode mode() {
        return mode;
    }

    /** Something was said that will be answered. */
    void expect(PendingReply due) {
        dues.add(due);
        if (dues.size() == 1) {
            progress.run();
        }
    }

    /** The answer that comes next, or null when none is owed. */
    @Nullable
    PendingReply next() {
        return dues.peek();
    }

    /** It came. */
    void answered() {
        dues.remove();
        progress.run();
    }

    /** The server takes what is being said. */
    void progressed() {
        progress.run();
    }

    boolean isAnswered() {
        return dues.isEmpty();
    }

    /** Whether one more command may be said now. */
    boolean maySay() {
        return mode == PipeliningMode.LOCKSTEP ? dues.isEmpty() : dues.size() < WINDOW;
    }

    /** Whether the next transaction, or QUIT, may be said now. */
    boolean mayBegin() {
        return mode.runsOn() ? dues.size() < WINDOW : dues.isEmpty();
    }

    void needReset() {
        needsReset = true;
    }

    /**
     * Whether RSET is due before the next MAIL. Behind a chunk that was not answered yet it is: had it failed, MAIL
     * would too.
     */
    boolean takeReset() {
        boolean needed = needsReset || (mode == PipeliningMode.BDAT && !dues.isEmpty());
        needsReset = false;
        return needed;
    }
}
