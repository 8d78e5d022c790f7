// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.A01;
import static dev.boxcar.lab.verdict.VerdictRule.A02;
import static dev.boxcar.lab.verdict.VerdictRule.A03;
import static dev.boxcar.lab.verdict.VerdictRule.A04;
import static dev.boxcar.lab.verdict.VerdictRule.A05;
import static dev.boxcar.lab.verdict.VerdictRule.A06;

import dev.boxcar.record.MessageFacts;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Flight;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The advice that one session supports: round trips and bytes that the client could save. */
final class AdviceCheck implements Check {
    private static final Duration OCEAN = Duration.ofMillis(70);
    /** Sessions that follow each other this closely are of one program, if the client is the same. */
    private static final Duration SOON = Duration.ofMillis(250);

    private static final int MANY_READS = 4;
    private static final int SMALL_BYTES = 256;
    /** A declared size may differ from the real one by this factor, and by some bytes (RFC 1870 §6). */
    private static final int SIZE_FACTOR = 2;

    private static final int SIZE_BYTES = 1024;

    @Override
    public void judge(Evidence evidence, Findings findings) {
        unusedPipelining(evidence, findings);
        smallWrites(evidence.session(), findings);
        noReuse(evidence, findings);
        for (int i = 1; i < evidence.size(); i++) {
            separateQuit(i, evidence, findings);
            needless(i, evidence, findings);
        }
        for (MessageFacts message : evidence.session().messages()) {
            size(message, evidence, findings);
        }
    }

    private static void unusedPipelining(Evidence evidence, Findings findings) {
        List<Integer> alone = new ArrayList<>();
        for (int i = 1; i < evidence.size(); i++) {
            boolean mayTravel = (evidence.is(i - 1, "MAIL") || evidence.is(i - 1, "RCPT"))
                    && evidence.offered(i).has("PIPELINING");
            boolean travels = evidence.item(i).flight() == evidence.item(i - 1).flight();
            if (travels && evidence.offered(i).has("PIPELINING")) {
                return;
            } else if (mayTravel) {
                alone.add(i);
            }
        }
        String trips = evidence.session().trips().sentence(OCEAN);
        alone.forEach(i -> findings.advice(A01, trips, i - 1, i));
    }

    private static void smallWrites(SessionRecord session, Findings findings) {
        for (int number = 0; number < session.flights().size(); number++) {
            Flight flight = session.flights().get(number);
            if (flight.reads() >= MANY_READS && flight.bytes() / flight.reads() < SMALL_BYTES) {
                int index = number;
                Integer[] items = session.items().stream()
                        .filter(item -> item.flight() == index)
                        .map(session.items()::indexOf)
                        .limit(1)
                        .toArray(Integer[]::new);
                findings.advice(
                        A02,
                        "flight " + (number + 1) + " of " + flight.bytes() + " bytes came in " + flight.reads()
                                + " pieces",
                        items);
            }
        }
    }

    /** The third session in a row that begins soon after one of the same client ended, each with a message. */
    private static void noReuse(Evidence evidence, Findings findings) {
        SessionRecord session = evidence.session();
        SessionRecord second = sessionBefore(session, evidence.earlier());
        SessionRecord first = second == null ? null : sessionBefore(second, evidence.earlier());
        if (first != null && second != null && hasAccepted(session)) {
            findings.advice(
                    A04,
                    "sessions " + first.id() + " and " + second.id()
                            + " of the same client ended just before; one connection could have carried all messages");
        }
    }

    /** The session of the same client that ended soon before this one, with a message; null if there is none. */
    private static @Nullable SessionRecord sessionBefore(SessionRecord session, EarlierSessions earlier) {
        String id = session.previousSession();
        SessionRecord before = id == null ? null : earlier.find(id);
        if (before == null || !before.ended() || !hasAccepted(before)) {
            return null;
        }
        Instant end = before.start().plus(before.lastMicros(), ChronoUnit.MICROS);
        Duration gap = Duration.between(end, session.start());
        return gap.isNegative() || gap.compareTo(SOON) > 0 ? null : before;
    }

    private static boolean hasAccepted(SessionRecord session) {
        return session.items().stream()
                .filter(item -> item.kind() == SessionRecord.Kind.MESSAGE)
                .map(session::replyTo)
                .anyMatch(reply -> reply != null && reply.code() == 250);
    }

    private static void separateQuit(int i, Evidence evidence, Findings findings) {
        boolean isSeparate = evidence.is(i, "QUIT")
                && evidence.isMessage(i - 1)
                && evidence.offered(i).has("PIPELINING")
                && evidence.item(i).flight() != evidence.item(i - 1).flight();
        if (isSeparate) {
            findings.advice(A03, "QUIT took a round trip of its own; it could travel with the end of the message", i);
        }
    }

    private static void needless(int i, Evidence evidence, Findings findings) {
        if (evidence.is(i, "RSET")) {
            boolean isClean = evidence.isMessage(i - 1)
                    ? evidence.endsMessage(i - 1)
                    : evidence.item(i - 1).isHello();
            if (isClean || evidence.is(i - 1, "RSET")) {
                findings.advice(A05, evidence.name(i) + " came when there was nothing to reset", i);
            }
        } else if (evidence.is(i, "NOOP")) {
            findings.advice(A05, evidence.name(i) + " took a round trip", i);
        }
    }

    private static void size(MessageFacts message, Evidence evidence, Findings findings) {
        int mail = evidence.mailOf(message.item());
        if (mail < 0 || message.bytes() == 0) { // a lone dot ends a message that nobody would receive
            return;
        }
        OptionalLong declared = DeclaredParameters.of(evidence.item(mail)).size();
        if (declared.isPresent()) {
            long said = declared.getAsLong();
            boolean isFar = said > message.bytes() * SIZE_FACTOR + SIZE_BYTES
                    || said * SIZE_FACTOR + SIZE_BYTES < message.bytes();
            if (isFar) {
                findings.advice(
                        A06,
                        "SIZE=" + said + " was declared, and " + message.bytes() + " bytes came",
                        mail,
                        message.item());
            }
        }
    }
}
