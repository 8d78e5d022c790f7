// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.MessageFacts.SameMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fingerprints of the last messages of all sessions, so that a message is recognized when it is sent again. */
final class RecentMessages {
    private static final int MAX_MESSAGES = 2_000;

    private final Map<Long, SameMessage> messages = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, SameMessage> eldest) {
            return size() > MAX_MESSAGES;
        }
    };

    /** Remembers a message; returns the last message before it that had the same fingerprint. */
    synchronized @Nullable SameMessage add(long fingerprint, SameMessage message) {
        SameMessage same = messages.remove(fingerprint);
        messages.put(fingerprint, message);
        return same;
    }
}
