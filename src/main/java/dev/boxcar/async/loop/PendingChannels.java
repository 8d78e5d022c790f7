// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.loop;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The channels that a loop visits although the selector reported no event for them, each at most once per turn.
 * Confined to the loop thread.
 *
 * @param <C> the type of the channels
 */
public final class PendingChannels<C> {
    /** Channels that were changed in this turn by something other than their own event. */
    private final ArrayDeque<C> changed = new ArrayDeque<>();
    /** Channels that must process leftover input in the current turn. */
    private ArrayDeque<C> resuming = new ArrayDeque<>();
    /** Channels that must process leftover input in the next turn. */
    private ArrayDeque<C> resumingNext = new ArrayDeque<>();

    /** Makes the loop visit {@code channel} before it waits. */
    public void addChanged(C channel) {
        changed.add(channel);
    }

    /** Makes the loop process the leftover input of {@code channel} in its next turn. */
    public void addResuming(C channel) {
        resumingNext.add(channel);
    }

    /** Whether no channel is pending. */
    public boolean isEmpty() {
        return changed.isEmpty() && resumingNext.isEmpty();
    }

    /** Passes each channel that continues in this turn to {@code resume}. */
    public void resumeAll(Consumer<? super C> resume) {
        ArrayDeque<C> turn = resumingNext;
        resumingNext = resuming;
        resuming = turn;
        for (C channel = turn.poll(); channel != null; channel = turn.poll()) {
            resume.accept(channel);
        }
    }

    /**
     * Passes each changed channel to {@code settle}. Channels that change during this call are visited in the next
     * turn.
     */
    public void settleChanged(Consumer<? super C> settle) {
        for (int left = changed.size(); left > 0; left--) {
            settle.accept(changed.remove());
        }
    }
}
