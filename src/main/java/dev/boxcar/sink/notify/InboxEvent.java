// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.message.MessageSummary;
import dev.boxcar.spool.Ulid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened in a namespace. Immutable. */
public sealed interface InboxEvent {
    /** A message came. */
    record Arrived(MessageSummary message) implements InboxEvent {}

    /**
     * A message was marked or tagged.
     *
     * @param read whether it is read now, or null where that is as it was
     * @param tags its tags now, or null where they are as they were
     */
    record Updated(
            Ulid id, @Nullable Boolean read, @Nullable List<String> tags) implements InboxEvent {}

    /** A message was deleted. */
    record Deleted(Ulid id) implements InboxEvent {}

    /** So many messages were marked, tagged or deleted at once that the list is better read anew. */
    record Many(int messages) implements InboxEvent {}

    /** All messages were deleted. */
    record Truncated() implements InboxEvent {}

    /** Messages went because of the retention, or because a spool in memory was full. */
    record Pruned(long messages) implements InboxEvent {}

    /** How many messages there are; behind other events, and no more than four times a second. */
    record Counts(long total, long unread) implements InboxEvent {}
}
