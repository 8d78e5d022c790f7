// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.MessageFacts.SameMessage;
import org.jspecify.annotations.Nullable;

/**
 * The last messages and clients of all sessions, so that a message is recognized when it is sent again, and a client
 * when it connects again. It keeps fingerprints of messages. Any thread.
 */
final class RecentMessages {
    private static final int MAX_MESSAGES = 2_000;
    private static final int MAX_CLIENTS = 500;

    private final RecentMap<Long, SameMessage> messages = new RecentMap<>(MAX_MESSAGES);
    private final RecentMap<String, String> sessions = new RecentMap<>(MAX_CLIENTS);

    /** Remembers a message; returns the last message before it that had the same fingerprint. */
    @Nullable
    SameMessage add(long fingerprint, SameMessage message) {
        return messages.replace(fingerprint, message);
    }

    /** Remembers the session of a client; returns the last other session of that client. */
    @Nullable
    String add(String client, String session) {
        String before = sessions.replace(client, session);
        return session.equals(before) ? null : before;
    }
}
