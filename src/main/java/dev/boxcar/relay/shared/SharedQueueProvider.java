// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.shared;

import dev.boxcar.relay.queue.QueueAdministration;
import java.io.IOException;
import java.util.List;

/**
 * Opens queues of one engine. {@link java.util.ServiceLoader} finds it in the jar that has the engine's client. Any
 * thread.
 */
public interface SharedQueueProvider {
    /** The word before the addresses, such as {@code artemis}. */
    String engine();

    /**
     * Checks the addresses.
     *
     * @throws IllegalArgumentException with a message for the user, if one is invalid
     * @throws LinkageError if the engine's client is missing
     */
    void check(List<String> addresses);

    /**
     * Opens the queue. Does not wait until the engine can be reached.
     *
     * @throws IOException if the directory of the settings cannot be used
     */
    SharedQueue open(SharedQueueSettings settings) throws IOException;

    /**
     * Connects to the engine, for an operator who is no relay.
     *
     * @throws IOException if the engine cannot be reached
     */
    QueueAdministration administration(SharedQueueSettings settings) throws IOException;
}
