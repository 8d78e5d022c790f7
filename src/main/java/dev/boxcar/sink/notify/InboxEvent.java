// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.spool.Ulid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that happened in a namespace. Immutable. */
public sealed interface InboxEvent {
    /** A message has arrived. */
    record Arrived(MessageSummary message) implements InboxEvent {}

    /**
     * A message was marked or tagged.
     *
     * @param read whether it is read now, or null if that has not changed
     * @param tags its tags now, or null if they have not changed
     */
    record Updated(
            Ulid id, @Nullable Boolean read, @Nullable List<String> tags) implements InboxEvent {}

    /** A message was deleted. */
    record Deleted(Ulid id) implements InboxEvent {}

    /** Many messages were marked, tagged or deleted at once. Replaces their events; a client reads the list again. */
    record BulkChange(int messages) implements InboxEvent {}

    /** All messages were deleted. */
    record Truncated() implements InboxEvent {}

    /** Messages were removed by retention or by a full spool in memory. */
    record Pruned(long messages) implements InboxEvent {}

    /** The number of messages; sent after other events, at most four times per second. */
    record Counts(long total, long unread) implements InboxEvent {}
}
