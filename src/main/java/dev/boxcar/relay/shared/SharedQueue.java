// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.shared;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.spool.Ulid;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A queue in an engine that other relays use, too. Any thread. */
public interface SharedQueue extends RelayQueue, AutoCloseable {
    /**
     * Takes over a message that another queue has accepted, under the same id. A message that was taken over before is
     * not taken twice.
     *
     * @param state what that queue knows: results, when the next attempt is due, and whether an operator holds the
     *     message; null before the first attempt
     */
    void takeOver(Ulid id, QueuedMail mail, @Nullable DeliveryState state, Executor executor, CommitCallback callback);

    /** Why the engine takes no mail now, in one line; null if it does. */
    @Nullable
    String obstacle();

    /**
     * Stores the results that were recorded, and ends the connections. Messages that were shown and not settled are
     * shown to another relay. Waits a few seconds at most.
     */
    @Override
    void close();
}
