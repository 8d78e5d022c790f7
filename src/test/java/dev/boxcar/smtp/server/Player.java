// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.port.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Plays a transcript in one delivery: after every segment exactly the replies that are owed so far must have come. */
final class Player {
    private final Transcript transcript;
    private final Delivery delivery;
    /** The version of TLS that all of it is played in, or that a handshake in it makes. */
    private final String version;

    private final boolean inside;
    private final RecordingSink sink;
    private final List<Transcript.Owed> owed = new ArrayList<>();
    private int paid;
    private int linesTaken;

    /** Plays it as it stands. */
    Player(Transcript transcript, Delivery delivery) {
        this(transcript, delivery, false);
    }

    /** Plays it inside TLS from the first byte on. */
    static Player inTls(Transcript transcript, Delivery delivery) {
        return new Player(transcript, delivery, true);
    }

    private Player(Transcript transcript, Delivery delivery, boolean inside) {
        this.inside = inside;
        boolean older = delivery == Delivery.LOCKSTEP || delivery == Delivery.STRADDLING;
        this.version = older ? "TLSv1.2" : "TLSv1.3";
        this.transcript = transcript;
        this.sink = transcript.sink;
        this.delivery = delivery;
    }

    void play() throws IOException {
        Ports ports =
                transcript.tls == null ? transcript.ports() : transcript.ports().withTls(transcript.tls);
        String implicit = isInside() ? version : null;
        try (var conversation =
                new Conversation(ports, transcript.limits, transcript.access, offered(), implicit, transcript.door)) {
            int first = 0;
            for (int last = 0; last < transcript.steps.size(); last++) {
                if (transcript.steps.get(last).isEvent() || last == transcript.steps.size() - 1) {
                    playSteps(conversation, transcript.steps.subList(first, last + 1));
                    first = last + 1;
                }
            }
            checkEnd(conversation);
        }
        checkSpool();
        assertThat(sink.underWay()).as("messages begun and left lying").isZero();
    }

    /** Plays steps of which only the last may be an event; what comes before an event has its answers before it. */
    private void playSteps(Conversation conversation, List<Transcript.Step> steps) throws IOException {
        var joined = new ByteArrayOutputStream();
        steps.forEach(step -> joined.writeBytes(step.bytes));
        byte[] bytes = joined.toByteArray();
        int sent = 0;
        int step = 0;
        int stepEnd = 0;
        for (int cut : delivery.cuts(steps)) {
            if (cut > sent) {
                conversation.send(Arrays.copyOfRange(bytes, sent, cut));
                sent = cut;
            }
            while (step < steps.size()
                    && !steps.get(step).isEvent()
                    && stepEnd + steps.get(step).bytes.length <= sent) {
                stepEnd += steps.get(step).bytes.length;
                owed.addAll(steps.get(step).owed);
                step++;
            }
            checkReplies(conversation);
        }
        if (step < steps.size() && steps.get(step).isEvent()) {
            playEvent(conversation, steps.get(step));
            step++;
        }
        assertThat(step).as("steps played").isEqualTo(steps.size());
    }

    private void playEvent(Conversation conversation, Transcript.Step event) throws IOException {
        if (event.clientEnds) {
            conversation.end();
        }
        if (event.handshake) {
            conversation.startTls(version);
        }
        if (event.tlsReady) {
            Transcript.makeReady(Objects.requireNonNull(transcript.tls));
            conversation.turn();
        }
        if (event.sinkAnswers) {
            conversation.await("a message that waits for the sink", () -> sink.waiting() > 0);
            sink.answerNext();
        }
        owed.addAll(event.owed);
        checkReplies(conversation);
    }

    /** Exactly what is owed so far must have come. */
    private void checkReplies(Conversation conversation) throws IOException {
        conversation.await(owed.size() + " replies", () -> {
            takeLines(conversation);
            return paid == owed.size() || conversation.ended();
        });
        conversation.turn();
        takeLines(conversation);
        if (paid < owed.size()) {
            fail("expected %s, came (nothing); all: %s", owed.get(paid).pattern(), conversation.received());
        }
    }

    private void takeLines(Conversation conversation) {
        for (; linesTaken < conversation.lines().size(); linesTaken++) {
            String came = conversation.lines().get(linesTaken);
            Transcript.Owed expected = paid < owed.size() ? owed.get(paid) : new Transcript.Owed("(nothing)", false);
            if (!matches(expected.pattern(), came)) {
                fail(
                        "line %d: expected %s, came %s; all: %s",
                        linesTaken + 1, expected.pattern(), came, conversation.received());
            }
            boolean isContinued = came.startsWith("-", 3);
            if (!expected.wholeReply() || !isContinued) {
                paid++;
            }
        }
    }

    private static boolean matches(String pattern, String line) {
        var regex = new StringBuilder();
        for (String literal : pattern.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return line.matches(regex.toString());
    }

    private void checkEnd(Conversation conversation) throws IOException {
        boolean serverEnds = transcript.steps.stream().anyMatch(step -> step.serverEnds);
        if (serverEnds) {
            conversation.awaitEnd();
            assertThat(conversation.endWasSaid()).as("close_notify").isEqualTo(endsInTls());
        } else {
            assertThat(conversation.ended()).as("the server closed").isFalse();
        }
        checkReplies(conversation);
    }

    private boolean isInside() {
        return inside || transcript.insideTls;
    }

    /** What is offered inside TLS alone is for those that say so. */
    private Set<Extension> offered() {
        var offered = EnumSet.copyOf(transcript.offered);
        if (!transcript.insideTls && inside) {
            offered.remove(Extension.REQUIRETLS);
        }
        return offered;
    }

    private boolean endsInTls() {
        return isInside() || transcript.steps.stream().anyMatch(step -> step.handshake);
    }

    private void checkSpool() {
        if (!transcript.spoolMatters) {
            return;
        }
        List<RecordingSink.Stored> stored = sink.stored();
        assertThat(stored).as("messages in the spool").hasSize(transcript.messages.size());
        for (int i = 0; i < stored.size(); i++) {
            Transcript.Expected expected = transcript.messages.get(i);
            checkEnvelope(stored.get(i).envelope(), expected);
            if (expected.bytesMatter) {
                assertThat(stored.get(i).bytes()).isEqualTo(expected.bytes.toByteArray());
            }
        }
    }

    private void checkEnvelope(Envelope envelope, Transcript.Expected expected) {
        Set<String> keys = expected.envelope.stream().map(Player::key).collect(Collectors.toSet());
        List<String> lines = envelope.toString().lines().toList();
        assertThat(lines.stream().filter(line -> keys.contains(key(line))))
                .as("lines of the envelope")
                .containsExactlyElementsOf(
                        expected.envelope.stream().map(this::asSpoken).toList());
        assertThat(lines).as("lines of the envelope").noneMatch(line -> expected.absentKeys.contains(key(line)));
    }

    /** RFC 3848: what is ESMTP in clear has another name within TLS. */
    private String asSpoken(String line) {
        return inside && !transcript.insideTls ? line.replaceFirst(": ESMTP(A?)$", ": ESMTPS$1") : line;
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf(':'));
    }
}
