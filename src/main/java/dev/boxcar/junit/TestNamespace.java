// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What belongs to one test on a server: its port, and the messages, sessions and scripts of that port. Any thread. */
final class TestNamespace {
    /** Sessions that transcripts show; of more, the newest. */
    private static final int MAX_SHOWN_SESSIONS = 100;

    /** Ended sessions and messages that a test may leave untaken; of more, the oldest are forgotten. */
    private static final int MAX_UNTAKEN = 100_000;

    private static final long SEED = 1;

    private final List<InetSocketAddress> addresses;
    private final Spool spool;
    private final Arrivals<Arrival> messages = new Arrivals<>(MAX_UNTAKEN);
    /** The ids of the sessions that have ended. */
    private final Arrivals<String> endedSessions = new Arrivals<>(MAX_UNTAKEN);

    private final Deque<String> sessions = new ArrayDeque<>();
    private final ScriptFaults faults = new ScriptFaults(new ScriptStore(LineSettings.NONE, SEED));

    /** A message that has arrived; its bytes are still in the spool. */
    final class Arrival {
        private final Ulid id;
        private final Envelope envelope;
        private @Nullable Message message;

        private Arrival(Ulid id, Envelope envelope) {
            this.id = id;
            this.envelope = envelope;
        }

        /** Reads it from the spool; null if the spool has evicted it. */
        synchronized @Nullable Message message() {
            if (message == null) {
                message = read();
            }
            return message;
        }

        private @Nullable Message read() {
            try {
                SpoolRecord record = spool.find(id);
                if (record == null) {
                    return null;
                }
                try (InputStream body = record.body()) {
                    return new Message(id.toString(), envelope, body.readAllBytes());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("message " + id + " could not be read", e);
            }
        }
    }

    TestNamespace(List<InetSocketAddress> addresses, Spool spool) {
        this.addresses = List.copyOf(addresses);
        this.spool = spool;
    }

    /** Where its listeners are; all have the same port. */
    List<InetSocketAddress> addresses() {
        return addresses;
    }

    int port() {
        return addresses.get(0).getPort();
    }

    /** The messages that were not taken. */
    Arrivals<Arrival> messages() {
        return messages;
    }

    /** The ids of the sessions that have ended and were not taken. */
    Arrivals<String> endedSessions() {
        return endedSessions;
    }

    ScriptStore scripts() {
        return faults.store();
    }

    /** Carries out the scripts. */
    ScriptFaults faults() {
        return faults;
    }

    /** The ids of its sessions, the oldest first. */
    synchronized List<String> sessions() {
        return List.copyOf(sessions);
    }

    synchronized void sessionOpened(String session) {
        sessions.add(session);
        if (sessions.size() > MAX_SHOWN_SESSIONS) {
            sessions.remove();
        }
    }

    void sessionEnded(String session) {
        endedSessions.add(session, session);
    }

    void committed(Ulid id, Envelope envelope) {
        messages.add(id, new Arrival(id, envelope));
    }

    /** The spool has no room for this message any more. */
    void evicted(Ulid id) {
        messages.remove(id);
    }

    /** Forgets the messages and sessions so far, and the scripts. */
    void clear() {
        messages.clear();
        endedSessions.clear();
        scripts().deleteAll();
        synchronized (this) {
            sessions.clear();
        }
    }
}
