// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole queue as an operator sees and changes it, whether relays run or not. Every method blocks, for a bounded time
 * per thousand messages. One thread at a time.
 */
public interface QueueAdministration extends AutoCloseable {
    /**
     * Passes each message to {@code each}, one after the other, without keeping them. A message that moves meanwhile is
     * passed once; one that is accepted or settled meanwhile may be left out.
     */
    void forEach(Consumer<ListedMail> each) throws IOException;

    /** The message with this id; null if it is not queued. */
    @Nullable
    ListedMail find(Ulid id) throws IOException;

    /**
     * Changes messages. A message that is being attempted is changed after the attempt, unless that settles it.
     *
     * @return those that are not queued
     */
    List<Ulid> change(QueueChange change, Collection<Ulid> ids) throws IOException;

    /** How many messages there are. */
    QueueTotals totals() throws IOException;

    @Override
    void close() throws IOException;
}
