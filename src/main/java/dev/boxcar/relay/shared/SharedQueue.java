// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.shared;

import dev.boxcar.relay.queue.RelayQueue;
import org.jspecify.annotations.Nullable;

/** A queue in an engine that other relays use, too. Any thread. */
public interface SharedQueue extends RelayQueue, AutoCloseable {
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
