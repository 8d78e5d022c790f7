// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.Nullable;

/**
 * Facts about a complete message.
 *
 * @param item the index of the item that ends the message, in {@link SessionRecord#items}
 * @param bytes the size of its content: stuffed dots and the final dot are left out (RFC 1870 §3)
 * @param identity whether it says which message it is
 * @param same the last message before it that had the same envelope and content; null if there was none recently
 */
@PublicApi
public record MessageFacts(
        int item, long bytes, Identity identity, @Nullable SameMessage same) {

    /** Whether a message has a Message-ID field. */
    public enum Identity {
        MESSAGE_ID,
        NONE
    }

    /**
     * A message of this or another session.
     *
     * @param session the session's id
     * @param number the number of the message in its session, from 0
     */
    public record SameMessage(String session, int number) {}
}
