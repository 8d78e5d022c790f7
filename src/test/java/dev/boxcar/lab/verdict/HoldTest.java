// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.BadClients.EHLO;
import static dev.boxcar.lab.verdict.BadClients.MAIL;
import static dev.boxcar.lab.verdict.BadClients.RCPT;
import static dev.boxcar.lab.verdict.BadClients.TEXT;
import static dev.boxcar.lab.verdict.BadClients.begin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.verdict.JudgedServer.Setup;
import dev.boxcar.lab.verdict.RawClient.Delivery;
import dev.boxcar.lab.verdict.Verdict.Level;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Fault;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Only a server that holds its replies back can show that a client waits. */
class HoldTest {
    private static List<Verdict> lockStep(Setup setup) throws Exception {
        try (var server = new JudgedServer(setup)) {
            try (RawClient client = server.connect(Delivery.WHOLE)) {
                begin(client).dialogue(MAIL, RCPT, "DATA").send(TEXT).replies(1).dialogue("QUIT");
            }
            return server.judge(server.ended(1).get(0));
        }
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the client has sent nothing");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Level levelOf(VerdictRule rule, List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict.rule() == rule)
                .map(Verdict::level)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClientThatWaitsPassesIfRepliesAreHeldBack() throws Exception {
        List<Verdict> verdicts = lockStep(Setup.DEFAULTS);
        assertThat(levelOf(VerdictRule.V01, verdicts)).isEqualTo(Level.PASS);
        assertThat(levelOf(VerdictRule.V03, verdicts)).isEqualTo(Level.PASS);
        assertThat(levelOf(VerdictRule.V06, verdicts)).isEqualTo(Level.PASS);
    }

    /** The loop is busy until the client has sent and the time to hold is over, as in the first session of a server. */
    @Test
    void aClientThatTalksWhileTheServerIsBusyIsFound() throws Exception {
        var sent = new CountDownLatch(1);
        Setup busy = Setup.DEFAULTS.with(new JudgedServer.Plan() {
            @Override
            public @Nullable Fault banner() {
                long over = System.nanoTime() + 2 * JudgedServer.HOLD.toNanos();
                awaitOrFail(sent);
                while (System.nanoTime() - over < 0) {
                    Thread.onSpinWait();
                }
                return null;
            }
        });
        try (var server = new JudgedServer(busy)) {
            try (RawClient client = server.connect(Delivery.WHOLE)) {
                client.send(EHLO + "\r\n");
                sent.countDown();
                client.replies(2).dialogue("QUIT");
            }
            assertThat(levelOf(VerdictRule.V01, server.judge(server.ended(1).get(0))))
                    .isEqualTo(Level.VIOLATION);
        }
    }

    @Test
    void theTextOfAMessageIsNoCommandEvenIfDataWasRefused() throws Exception {
        Setup refusing = Setup.DEFAULTS.with(BadClients.at(Verb.DATA, 1, BadClients.reply(451, "4.3.0")));
        try (var server = new JudgedServer(refusing)) {
            try (RawClient client = server.connect(Delivery.WHOLE)) {
                begin(client)
                        .send(BadClients.GROUP + "Subject: a\r\n\r\n" + "x".repeat(900) + "\r\n" + "y".repeat(5000)
                                + "\r\nx\r\nx\r\n.\r\nQUIT\r\n")
                        .replies(11);
            }
            assertThat(server.judge(server.ended(1).get(0)))
                    .filteredOn(verdict -> verdict.level() == Level.VIOLATION)
                    .extracting(Verdict::rule)
                    .containsExactly(VerdictRule.V06);
        }
    }

    @Test
    void aClientWithNaglesAlgorithmDoesNotSeemToWait() throws Exception {
        int groups = 10;
        try (var server = new JudgedServer(BadClients.NO_PIPELINING)) {
            try (RawClient client = server.connect(Delivery.WHOLE).withNagle()) {
                begin(client);
                for (int i = 0; i < groups; i++) {
                    client.send(MAIL + "\r\n").send("RSET\r\n").replies(2);
                }
            }
            assertThat(server.judge(server.ended(1).get(0)))
                    .filteredOn(verdict -> verdict.level() == Level.VIOLATION)
                    .singleElement()
                    .satisfies(verdict -> assertThat(verdict.items()).hasSize(2 * groups));
        }
    }

    @Test
    void nothingIsKnownAboutWaitingIfRepliesLeaveAtOnce() throws Exception {
        List<Verdict> verdicts = lockStep(Setup.DEFAULTS.withHold(Duration.ZERO));
        assertThat(levelOf(VerdictRule.V01, verdicts)).isEqualTo(Level.UNKNOWN);
        assertThat(levelOf(VerdictRule.V03, verdicts)).isEqualTo(Level.UNKNOWN);
        assertThat(levelOf(VerdictRule.V06, verdicts)).isEqualTo(Level.UNKNOWN);
    }

    @Test
    void aClientThatSendsItsMessageInPiecesIsNotKnownToHaveReadTheReply() throws Exception {
        try (var server = new JudgedServer(Setup.DEFAULTS.withHold(Duration.ZERO))) {
            for (int i = 0; i < 2; i++) {
                try (RawClient client = server.connect(Delivery.WHOLE)) {
                    begin(client).dialogue(MAIL, RCPT, "DATA");
                    client.send("Message-ID: <1@example.com>\r\n").pause(50);
                    client.send(TEXT).replies(1).dialogue("QUIT");
                }
            }
            assertThat(levelOf(VerdictRule.V16, server.judge(server.ended(2).get(1))))
                    .isEqualTo(Level.UNKNOWN);
        }
    }

    @Test
    void aLongLockStepSessionIsNotAccusedWithoutHold() throws Exception {
        try (var server = new JudgedServer(Setup.DEFAULTS.withHold(Duration.ZERO))) {
            try (RawClient client = server.connect(Delivery.OCTET_BY_OCTET)) {
                begin(client)
                        .dialogue(Collections.nCopies(50, "NOOP").toArray(String[]::new))
                        .dialogue("QUIT");
            }
            assertThat(server.judge(server.ended(1).get(0))).noneMatch(verdict -> verdict.level() == Level.VIOLATION);
        }
    }

    @Test
    void aClientThatReadsWhileItSendsVeryLargeGroupsIsNotAccused() throws Exception {
        try (var server =
                new JudgedServer(Setup.DEFAULTS.withHold(Duration.ZERO).with(Limits.DEFAULTS.withRecipients(5000)))) {
            try (RawClient client = server.connect(Delivery.WHOLE)) {
                begin(client);
                var sender = new Thread(() -> {
                    try {
                        for (int i = 0; i < 10; i++) {
                            client.send(MAIL + "\r\n" + (RCPT + "\r\n").repeat(2000) + "RSET\r\n");
                        }
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                sender.start();
                client.replies(20_020);
                sender.join();
                client.dialogue("QUIT");
            }
            SessionRecord record = server.ended(1).get(0);
            assertThat(record.droppedEvents()).as("the recording has a bound").isPositive();
            assertThat(server.judge(record)).noneMatch(verdict -> verdict.level() == Level.VIOLATION);
        }
    }
}
