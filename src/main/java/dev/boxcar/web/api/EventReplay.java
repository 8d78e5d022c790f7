// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.api;

import dev.boxcar.sink.notify.InboxEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Holds the live events of one subscription back while the events that its client missed are sent, so that the client
 * gets all of them in order and none twice. Any thread; only {@link #end} runs what was held back.
 */
final class EventReplay implements Executor {
    /** At most two: a subscription submits one task at a time, and one more if it is dropped. */
    private final List<Runnable> held = new ArrayList<>();

    private boolean ended;
    private volatile long lastSent = -1;

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (!ended) {
                held.add(task);
                return;
            }
        }
        task.run();
    }

    /** The replay has sent the message with this cursor. */
    void sent(long cursor) {
        lastSent = cursor;
    }

    /** Whether the replay has sent this event, so that it must not be sent again. */
    boolean hasSent(InboxEvent event) {
        return event instanceof InboxEvent.Arrived arrived && arrived.message().cursor() <= lastSent;
    }

    /** Ends the replay: live events pass from now on. */
    void end() {
        List<Runnable> tasks;
        synchronized (this) {
            ended = true;
            tasks = List.copyOf(held);
            held.clear();
        }
        tasks.forEach(Runnable::run);
    }
}
