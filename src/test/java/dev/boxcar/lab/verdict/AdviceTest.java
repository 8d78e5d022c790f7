// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.BadClients.GROUP;
import static dev.boxcar.lab.verdict.BadClients.MAIL;
import static dev.boxcar.lab.verdict.BadClients.RCPT;
import static dev.boxcar.lab.verdict.BadClients.TEXT;
import static dev.boxcar.lab.verdict.BadClients.USUAL;
import static dev.boxcar.lab.verdict.BadClients.begin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.verdict.RawClient.Delivery;
import dev.boxcar.lab.verdict.Verdict.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client that keeps the rules could do better. */
class AdviceTest {
    private static List<VerdictRule> advice(Delivery delivery, Conduct.Session... sessions) throws Exception {
        return Conduct.good("", USUAL, sessions).judge(delivery).stream()
                .filter(verdict -> verdict.level() == Level.ADVICE)
                .map(Verdict::rule)
                .toList();
    }

    private static void train(RawClient client) throws Exception {
        begin(client).send(GROUP).replies(3).send(TEXT + "QUIT\r\n").replies(2);
    }

    private static void send(RawClient client, String subject) throws Exception {
        begin(client)
                .send(GROUP)
                .replies(3)
                .send("Subject: " + subject + "\r\n\r\n.\r\nQUIT\r\n")
                .replies(2);
    }

    private static void lockStep(RawClient client) throws Exception {
        begin(client).dialogue(MAIL, RCPT, "DATA").send(TEXT).replies(1).dialogue("QUIT");
    }

    @Test
    void aClientThatDoesItsBestGetsNone() throws Exception {
        assertThat(advice(Delivery.WHOLE, AdviceTest::train)).isEmpty();
    }

    @Test
    void aClientThatWaitsCouldPipelineAndSendQuitWithTheText() throws Exception {
        assertThat(advice(Delivery.WHOLE, AdviceTest::lockStep)).containsExactly(VerdictRule.A01, VerdictRule.A03);
    }

    @Test
    void aClientWhoseGroupComesInTwoFlightsPipelines() throws Exception {
        assertThat(advice(Delivery.WHOLE, c -> {
                    begin(c).dialogue(MAIL);
                    c.send(RCPT + "\r\nDATA\r\n").replies(2);
                    c.send(TEXT + "QUIT\r\n").replies(2);
                }))
                .isEmpty();
    }

    @Test
    void aGroupCouldBeSentInOneWrite() throws Exception {
        assertThat(advice(Delivery.WHOLE, c -> {
                    begin(c);
                    for (String piece : List.of("MAIL ", "FROM", ":<a@", "exam", "ple.", "com>")) {
                        c.send(piece).pause(20);
                    }
                    c.send("\r\nQUIT\r\n").replies(2);
                }))
                .containsExactly(VerdictRule.A02);
    }

    @Test
    void aConnectionCouldBeReused() throws Exception {
        assertThat(advice(Delivery.WHOLE, c -> send(c, "one"), c -> send(c, "two"), c -> send(c, "three")))
                .containsExactly(VerdictRule.A04);
    }

    @Test
    void twoConnectionsAreNoReasonForAdvice() throws Exception {
        assertThat(advice(Delivery.WHOLE, c -> send(c, "one"), c -> send(c, "two")))
                .isEmpty();
    }

    @Test
    void aResetThatIsNeededIsNoReasonForAdvice() throws Exception {
        assertThat(advice(
                        Delivery.WHOLE,
                        c -> begin(c).send(MAIL + "\r\nRSET\r\nQUIT\r\n").replies(3)))
                .isEmpty();
    }

    @Test
    void aSizeNearTheTruthIsNoReasonForAdvice() throws Exception {
        assertThat(advice(
                        Delivery.WHOLE,
                        c -> begin(c).send(MAIL + " SIZE=40\r\n" + RCPT + "\r\nDATA\r\n")
                                .replies(3)
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)))
                .isEmpty();
    }

    @Test
    void theSizeOfAMessageThatWasNotSentIsNoReasonForAdvice() throws Exception {
        assertThat(advice(
                        Delivery.WHOLE,
                        c -> begin(c).send(MAIL + " SIZE=100000\r\n" + RCPT + "\r\nDATA\r\n")
                                .replies(3)
                                .send(".\r\nQUIT\r\n")
                                .replies(2)))
                .isEmpty();
    }

    @Test
    void resetAndNoopAreNotAlwaysNeeded() throws Exception {
        assertThat(advice(Delivery.WHOLE, c -> begin(c).dialogue("RSET", "QUIT")))
                .containsExactly(VerdictRule.A05);
        assertThat(advice(Delivery.WHOLE, c -> begin(c).dialogue("NOOP", "QUIT")))
                .containsExactly(VerdictRule.A05);
    }

    @Test
    void theDeclaredSizeShouldBeNearTheTruth() throws Exception {
        assertThat(advice(
                        Delivery.WHOLE,
                        c -> begin(c).send(MAIL + " SIZE=100000\r\n" + RCPT + "\r\nDATA\r\n")
                                .replies(3)
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)))
                .containsExactly(VerdictRule.A06);
    }
}
