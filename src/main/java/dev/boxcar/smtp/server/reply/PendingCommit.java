// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import dev.boxcar.smtp.Verb;
import org.jspecify.annotations.Nullable;

/**
 * A complete message that the sink has not stored yet.
 *
 * @param id its queue id
 * @param bytes its size
 * @param recipients the number of its recipients
 * @param verb the command that is answered when it is stored: DATA or BDAT
 * @param reply the place of that reply in the queue
 * @param sinceNanos since when it waits, on the loop's clock
 */
public record PendingCommit(String id, long bytes, int recipients, Verb verb, DeferredReply reply, long sinceNanos) {
    /**
     * Each message is equal to itself only. For a record's own {@code equals} the JDK would generate code at the first
     * call, and the first message after a start would wait 10 ms for that.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
