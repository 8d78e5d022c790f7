// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.RecordedReply;
import dev.boxcar.relay.observation.RecordedAttempt;
import dev.boxcar.spool.Ulid;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The sessions in which the relay sends mail are recorded, and found by message and attempt. */
class AttemptRecorderTest {
    private static final String BODY = "Subject: test\r\n\r\nhello\r\n";

    @Test
    void theAttemptsOfAMessageAreFoundWithWhatWasSaidInEach() throws Exception {
        var refused = new AtomicInteger();
        try (var downstream = Downstream.start(event ->
                        event.verb().equals("RCPT") && refused.getAndIncrement() < 2 ? "450 4.2.1 not yet" : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(BODY, "bob@b.example");
            await().atMost(RelayFixture.LIMIT).until(() -> !relay.ids().isEmpty());
            Ulid id = relay.ids().get(0);
            await().atMost(RelayFixture.LIMIT).until(() -> downstream.messages().size() == 1);
            await().atMost(RelayFixture.LIMIT)
                    .until(() -> relay.recorder.find(id).size() == 3
                            && isAnswered(relay.recorder.find(id).get(2)));

            List<RecordedAttempt> attempts = relay.recorder.find(id);
            assertThat(attempts).extracting(RecordedAttempt::attempt).containsExactly(1, 2, 3);
            assertThat(attempts).extracting(RecordedAttempt::host).containsOnly("127.0.0.1:" + downstream.port());
            assertThat(replyToRcpt(attempts.get(0)).text()).isEqualTo("450 4.2.1 not yet");
            assertThat(replyToRcpt(attempts.get(2)).text()).isEqualTo("250 2.1.5 ok");
        }
    }

    @Test
    void aSessionHasItsFlightsAndTheRepliesThatAnswerThem() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            relay.send(BODY, "bob@b.example", "eve@b.example");
            SessionRecord session = sessionAfterQuit(relay, downstream);

            assertThat(session.items())
                    .extracting(item -> item.kind() == Kind.MESSAGE ? "(message)" : item.text())
                    .containsExactly(
                            "EHLO relay.example",
                            session.items().get(1).text(),
                            "RCPT TO:<bob@b.example>",
                            "RCPT TO:<eve@b.example>",
                            "DATA",
                            "(message)",
                            "QUIT");
            assertThat(session.items().get(1).text()).startsWith("MAIL FROM:<ann@sender.example> SIZE=");
            assertThat(session.replies())
                    .extracting(RecordedReply::code)
                    .containsExactly(220, 250, 250, 250, 250, 354, 250, 221);
            assertThat(session.items()).allMatch(item -> session.replyTo(item) != null);
            assertThat(session.pipelined()).isTrue();
            assertThat(session.roundTrips()).isEqualTo(4); // EHLO; MAIL to DATA; the message; QUIT
            long sent = session.reads().stream()
                    .mapToLong(SessionRecord.Read::bytes)
                    .sum();
            assertThat(session.items().get(6).to())
                    .as("all bytes are accounted for")
                    .isEqualTo(sent);
            long received = session.trains().stream()
                    .mapToLong(SessionRecord.Train::bytes)
                    .sum();
            long inReplies =
                    session.replies().stream().mapToLong(RecordedReply::bytes).sum();
            assertThat(received).isEqualTo(inReplies);
        }
    }

    @Test
    void aMessageKnowsItsTransactionInAConnectionThatOthersUsedToo() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).start()) {
            int sent = 0;
            while (sent == 0 || downstream.connections() == sent) { // until a connection is used again
                relay.send(BODY, "number" + ++sent + "@b.example");
                int expected = sent;
                await().atMost(RelayFixture.LIMIT)
                        .until(() -> downstream.messages().size() == expected);
            }
            Downstream.Received last = downstream.messages().get(sent - 1);
            RecordedAttempt attempt = relay.recorder.find(id(last)).get(0);

            assertThat(attempt.transaction()).isEqualTo(1);
            assertThat(recipients(attempt))
                    .containsExactly("RCPT TO:<" + last.recipients().get(0) + ">");
            Downstream.Received before = downstream.messages().get(sent - 2);
            assertThat(relay.recorder.find(id(before)).get(0).session().id())
                    .isEqualTo(attempt.session().id());
        }
    }

    @Test
    void aServerThatCannotBeReachedLeavesASessionInWhichNothingWasSaid() throws Exception {
        int port;
        try (var closed = Downstream.start()) {
            port = closed.port();
        }
        try (var relay = RelayFixture.toPorts(port).start()) {
            relay.send(BODY, "bob@b.example");
            Ulid id = relay.ids().get(0);
            await().atMost(RelayFixture.LIMIT)
                    .until(() -> relay.recorder.find(id).stream()
                            .anyMatch(one -> one.session().ended()));
            SessionRecord session = relay.recorder.find(id).get(0).session();
            assertThat(session.items()).isEmpty();
            assertThat(session.client()).isEqualTo("127.0.0.1:" + port);
        }
    }

    @Test
    void withLmtpTheMessageHasOneReplyPerRecipient() throws Exception {
        try (var downstream = Downstream.start();
                var relay = RelayFixture.to(downstream).byLmtp().start()) {
            relay.send(BODY, "bob@b.example", "eve@b.example");
            SessionRecord session = sessionAfterQuit(relay, downstream);
            assertThat(session.items().get(0).text()).isEqualTo("LHLO relay.example");
            assertThat(session.replies())
                    .extracting(RecordedReply::code)
                    .containsExactly(220, 250, 250, 250, 250, 354, 250, 250, 221);
            assertThat(session.replies().get(1).keywords()).contains("PIPELINING");
        }
    }

    private static SessionRecord sessionAfterQuit(RelayFixture relay, Downstream downstream) {
        await().atMost(RelayFixture.LIMIT).until(() -> !downstream.messages().isEmpty());
        Ulid id = id(downstream.messages().get(0));
        await().atMost(RelayFixture.LIMIT)
                .until(() -> relay.recorder.find(id).get(0).session().ended());
        return relay.recorder.find(id).get(0).session();
    }

    /** The id that the Received field names. */
    private static Ulid id(Downstream.Received message) {
        Matcher matcher = Pattern.compile("\\bid ([0-9A-Z]{26})\\b").matcher(message.content());
        assertThat(matcher.find()).isTrue();
        return Objects.requireNonNull(Ulid.parse(matcher.group(1)));
    }

    private static List<String> recipients(RecordedAttempt attempt) {
        var texts = new ArrayList<String>();
        int number = -1;
        for (Item item : attempt.session().items()) {
            number += "MAIL".equals(item.verb()) ? 1 : 0;
            if (number == attempt.transaction() && "RCPT".equals(item.verb())) {
                texts.add(item.text());
            }
        }
        return texts;
    }

    private static boolean isAnswered(RecordedAttempt attempt) {
        return attempt.session().items().stream().anyMatch(item -> "RCPT".equals(item.verb()) && item.reply() >= 0);
    }

    private static RecordedReply replyToRcpt(RecordedAttempt attempt) {
        SessionRecord session = attempt.session();
        int number = -1;
        for (Item item : session.items()) {
            number += "MAIL".equals(item.verb()) ? 1 : 0;
            if (number == attempt.transaction() && "RCPT".equals(item.verb())) {
                return Objects.requireNonNull(session.replyTo(item));
            }
        }
        throw new AssertionError("no RCPT in " + session.items());
    }
}
