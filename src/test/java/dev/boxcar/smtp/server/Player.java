// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.parameter.Extension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Plays a transcript in one delivery. After every segment exactly the replies must have arrived that the server owes so
 * far.
 */
final class Player {
    private final Transcript transcript;
    private final Delivery delivery;
    /** Whether this player wraps the whole dialogue in TLS. */
    private final boolean addsTls;
    /** The TLS version of the whole dialogue, or of a handshake within it. */
    private final String tlsVersion;

    private final RecordingSink sink;
    private final List<Transcript.ExpectedReply> expected = new ArrayList<>();
    private int matched;
    private int linesRead;

    /** Plays the transcript as it is written. */
    Player(Transcript transcript, Delivery delivery) {
        this(transcript, delivery, false);
    }

    /** Plays the transcript inside TLS; it must not say NOT IN TLS. */
    static Player inTls(Transcript transcript, Delivery delivery) {
        if (transcript.reasonNotInTls != null) {
            throw new IllegalArgumentException("not in TLS: " + transcript.reasonNotInTls);
        }
        return new Player(transcript, delivery, true);
    }

    /** Plays the transcript inside TLS even if it says NOT IN TLS. */
    static Player alwaysInTls(Transcript transcript, Delivery delivery) {
        return new Player(transcript, delivery, true);
    }

    private Player(Transcript transcript, Delivery delivery, boolean addsTls) {
        this.transcript = transcript;
        this.sink = transcript.sink;
        this.delivery = delivery;
        this.addsTls = addsTls;
        this.tlsVersion = switch (delivery) {
            case LOCKSTEP, STRADDLING -> "TLSv1.2";
            case PIPELINED, OCTET_BY_OCTET, RECORDED -> "TLSv1.3";
        };
    }

    void play() throws IOException {
        String implicitTls = isInsideTls() ? tlsVersion : null;
        try (var conversation = new Conversation(
                transcript.ports(),
                transcript.limits,
                transcript.access,
                extensions(),
                implicitTls,
                transcript.listener)) {
            int first = 0;
            for (int last = 0; last < transcript.steps.size(); last++) {
                if (transcript.steps.get(last).isEvent() || last == transcript.steps.size() - 1) {
                    playSteps(conversation, transcript.steps.subList(first, last + 1));
                    first = last + 1;
                }
            }
            checkEnd(conversation);
        }
        checkMessages();
        assertThat(sink.underWay())
                .as("messages started and neither committed nor aborted")
                .isZero();
    }

    /**
     * Plays steps of which only the last may be an event. Replies to the bytes before the event must arrive before it.
     */
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
                expected.addAll(steps.get(step).replies);
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
            conversation.startTls(tlsVersion);
        }
        if (event.tlsReady) {
            transcript.loadKey();
            conversation.turn();
        }
        if (event.sinkAnswers) {
            conversation.await("a message that waits for the sink", () -> sink.waiting() > 0);
            sink.answerNext();
        }
        expected.addAll(event.replies);
        checkReplies(conversation);
    }

    /** Waits for the replies expected so far, and fails if others arrive. */
    private void checkReplies(Conversation conversation) throws IOException {
        conversation.await(expected.size() + " replies", () -> {
            matchLines(conversation);
            return matched == expected.size() || conversation.ended();
        });
        conversation.turn();
        matchLines(conversation);
        if (matched < expected.size()) {
            fail("expected %s, received nothing; all: %s", expected.get(matched).pattern(), conversation.received());
        }
    }

    private void matchLines(Conversation conversation) {
        for (; linesRead < conversation.lines().size(); linesRead++) {
            String line = conversation.lines().get(linesRead);
            if (matched == expected.size()) {
                fail("line %d: expected nothing, received %s; all: %s", linesRead + 1, line, conversation.received());
            }
            Transcript.ExpectedReply reply = expected.get(matched);
            if (!matches(reply.pattern(), line)) {
                fail(
                        "line %d: expected %s, received %s; all: %s",
                        linesRead + 1, reply.pattern(), line, conversation.received());
            }
            boolean isContinued = line.startsWith("-", 3);
            if (!reply.wholeReply() || !isContinued) {
                matched++;
            }
        }
    }

    private static boolean matches(String pattern, String line) {
        String regex =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return line.matches(regex);
    }

    private void checkEnd(Conversation conversation) throws IOException {
        boolean serverEnds = transcript.steps.stream().anyMatch(step -> step.serverEnds);
        if (serverEnds) {
            conversation.awaitEnd();
            assertThat(conversation.closeNotifyReceived()).as("close_notify").isEqualTo(endsInTls());
        } else {
            assertThat(conversation.ended()).as("the server closed").isFalse();
        }
        checkReplies(conversation);
    }

    private boolean isInsideTls() {
        return addsTls || transcript.insideTls;
    }

    /** Without REQUIRETLS, which is offered only inside TLS, where this player adds TLS to a dialogue in clear. */
    private Set<Extension> extensions() {
        var extensions = EnumSet.copyOf(transcript.extensions);
        if (addsTls && !transcript.insideTls) {
            extensions.remove(Extension.REQUIRETLS);
        }
        return extensions;
    }

    private boolean endsInTls() {
        return isInsideTls() || transcript.steps.stream().anyMatch(step -> step.handshake);
    }

    private void checkMessages() {
        if (!transcript.checksMessages) {
            return;
        }
        List<RecordingSink.Stored> stored = sink.stored();
        assertThat(stored).as("messages stored").hasSize(transcript.messages.size());
        for (int i = 0; i < stored.size(); i++) {
            Transcript.ExpectedMessage message = transcript.messages.get(i);
            checkEnvelope(stored.get(i).envelope(), message);
            if (message.checksBytes) {
                assertThat(stored.get(i).bytes()).isEqualTo(message.bytes.toByteArray());
            }
        }
    }

    private void checkEnvelope(Envelope envelope, Transcript.ExpectedMessage message) {
        Set<String> keys = message.envelope.stream().map(Player::key).collect(Collectors.toSet());
        List<String> lines = envelope.toString().lines().toList();
        assertThat(lines.stream().filter(line -> keys.contains(key(line))))
                .as("lines of the envelope")
                .containsExactlyElementsOf(
                        message.envelope.stream().map(this::asPlayed).toList());
        assertThat(lines).as("lines of the envelope").noneMatch(line -> message.absentKeys.contains(key(line)));
    }

    /** Inside TLS the protocol ESMTP is named ESMTPS, and ESMTPA is named ESMTPSA (RFC 3848 §1). */
    private String asPlayed(String line) {
        return addsTls && !transcript.insideTls ? line.replaceFirst(": ESMTP(A?)$", ": ESMTPS$1") : line;
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf(':'));
    }
}
