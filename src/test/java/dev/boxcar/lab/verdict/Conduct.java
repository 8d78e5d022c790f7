// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.lab.verdict.JudgedServer.Setup;
import dev.boxcar.lab.verdict.RawClient.Delivery;
import dev.boxcar.record.SessionRecord;
import java.io.EOFException;
import java.net.SocketException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One way in which a client behaves.
 *
 * @param name a sentence about it
 * @param broken the rule that it breaks; null for a client that behaves
 * @param deliveries the deliveries in which that can be proven
 * @param sessions what the client does in each session
 */
record Conduct(
        String name, Setup setup, @Nullable VerdictRule broken, Set<Delivery> deliveries, List<Session> sessions) {

    /** What a client does in one session, after it has connected. */
    interface Session {
        void run(RawClient client) throws Exception;
    }

    static Conduct bad(VerdictRule broken, String name, Setup setup, Session... sessions) {
        return new Conduct(name, setup, broken, EnumSet.allOf(Delivery.class), List.of(sessions));
    }

    static Conduct good(String name, Setup setup, Session... sessions) {
        return new Conduct(name, setup, null, EnumSet.allOf(Delivery.class), List.of(sessions));
    }

    Conduct withHold(Duration hold) {
        return new Conduct(name, setup.withHold(hold), broken, deliveries, sessions);
    }

    /** In several writes it cannot be proven: the server reads nothing more after the command. */
    Conduct inOneWrite() {
        return new Conduct(name, setup, broken, EnumSet.of(Delivery.WHOLE), sessions);
    }

    /** Behaves like this against a fresh server; returns the verdicts on all sessions. */
    List<Verdict> judge(Delivery delivery) throws Exception {
        try (var server = new JudgedServer(setup)) {
            for (int i = 0; i < sessions.size(); i++) {
                try (RawClient client = server.connect(delivery)) {
                    sessions.get(i).run(client);
                } catch (EOFException | SocketException e) {
                    // some servers close on a client that misbehaves
                }
                server.ended(i + 1);
            }
            List<SessionRecord> records = server.ended(sessions.size());
            return records.stream()
                    .flatMap(record -> server.judge(record).stream())
                    .toList();
        }
    }

    @Override
    public String toString() {
        return (broken == null ? "" : broken + ": ") + name;
    }
}
