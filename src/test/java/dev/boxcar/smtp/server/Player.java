// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Plays a transcript in one delivery: after every segment exactly the replies that are owed so far must have come. */
final class Player {
    private final Transcript transcript;
    private final Delivery delivery;
    private final RecordingSink sink = new RecordingSink();
    private final List<String> owed = new ArrayList<>();

    Player(Transcript transcript, Delivery delivery) {
        this.transcript = transcript;
        this.delivery = delivery;
    }

    void play() throws IOException {
        try (var conversation = new Conversation(sink, transcript.limits)) {
            int first = 0;
            for (int last = 0; last < transcript.steps.size(); last++) {
                boolean stops = transcript.steps.get(last).clientEnds || last == transcript.steps.size() - 1;
                if (stops) { // a half-close cuts the octets in every delivery
                    playSteps(conversation, transcript.steps.subList(first, last + 1));
                    first = last + 1;
                }
            }
            checkEnd(conversation);
        }
        checkSpool();
        assertThat(sink.underWay()).as("messages begun and left lying").isZero();
    }

    private void playSteps(Conversation conversation, List<Transcript.Step> steps) throws IOException {
        var joined = new ByteArrayOutputStream();
        steps.forEach(step -> joined.writeBytes(step.octets));
        byte[] octets = joined.toByteArray();
        int sent = 0;
        int step = 0;
        int stepEnd = 0;
        for (int cut : delivery.cuts(steps)) {
            if (cut > sent) {
                conversation.send(Arrays.copyOfRange(octets, sent, cut));
                sent = cut;
            }
            while (step < steps.size() && stepEnd + steps.get(step).octets.length <= sent) {
                stepEnd += steps.get(step).octets.length;
                if (steps.get(step).clientEnds) {
                    conversation.end();
                }
                owed.addAll(steps.get(step).owed);
                step++;
            }
            checkReplies(conversation);
        }
        assertThat(step).as("steps played").isEqualTo(steps.size());
    }

    private void checkReplies(Conversation conversation) throws IOException {
        conversation.awaitLines(owed.size());
        conversation.turn();
        List<String> lines = conversation.lines();
        for (int i = 0; i < Math.max(lines.size(), owed.size()); i++) {
            String expected = i < owed.size() ? owed.get(i) : "(nothing)";
            String came = i < lines.size() ? lines.get(i) : "(nothing)";
            assertThat(matches(expected, came))
                    .as("line %d: expected %s, came %s; all: %s", i + 1, expected, came, conversation.received())
                    .isTrue();
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
        } else {
            assertThat(conversation.ended()).as("the server closed").isFalse();
        }
        checkReplies(conversation);
    }

    private void checkSpool() {
        if (!transcript.spoolMatters) {
            return;
        }
        List<RecordingSink.Stored> stored = sink.stored();
        assertThat(stored).as("messages in the spool").hasSize(transcript.messages.size());
        for (int i = 0; i < stored.size(); i++) {
            Transcript.Expected expected = transcript.messages.get(i);
            assertThat(stored.get(i).envelope().toString().lines()).containsSubsequence(expected.envelope);
            if (expected.octetsMatter) {
                assertThat(stored.get(i).octets()).isEqualTo(expected.octets.toByteArray());
            }
        }
    }
}
