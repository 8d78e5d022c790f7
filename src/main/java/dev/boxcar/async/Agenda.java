// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.ArrayDeque;

/** The channels that a loop looks at without an event of theirs, each once a turn. Confined to the loop thread. */
final class Agenda {
    /** Those that something from outside concerned in this turn. */
    private final ArrayDeque<Dispatcher> changed = new ArrayDeque<>();
    /** Those with input left. */
    private ArrayDeque<Dispatcher> resuming = new ArrayDeque<>();

    private ArrayDeque<Dispatcher> resumingNext = new ArrayDeque<>();

    /** To be looked at before the loop waits. */
    void addChanged(Dispatcher channel) {
        changed.add(channel);
    }

    /** To go on in the next turn. */
    void addResuming(Dispatcher channel) {
        resumingNext.add(channel);
    }

    boolean isEmpty() {
        return changed.isEmpty() && resumingNext.isEmpty();
    }

    void resume() {
        var turn = resumingNext;
        resumingNext = resuming;
        resuming = turn;
        for (Dispatcher channel = turn.poll(); channel != null; channel = turn.poll()) {
            channel.resume();
        }
    }

    /** What these change in turn is for the next turn. */
    void settleChanged() {
        for (int left = changed.size(); left > 0; left--) {
            changed.remove().settleChange();
        }
    }
}
