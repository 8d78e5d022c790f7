// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.BadClients.GROUP;
import static dev.boxcar.lab.verdict.BadClients.MAIL;
import static dev.boxcar.lab.verdict.BadClients.RCPT;
import static dev.boxcar.lab.verdict.BadClients.TEXT;
import static dev.boxcar.lab.verdict.BadClients.begin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.lab.verdict.JudgedServer.Setup;
import dev.boxcar.lab.verdict.RawClient.Delivery;
import dev.boxcar.record.RoundTrips;
import dev.boxcar.smtp.parameter.Extension;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The round trips of a session: those that it took, and the least that were possible. */
class RoundTripsTest {
    private static final Setup USUAL = Setup.DEFAULTS.withHold(Duration.ZERO);
    private static final String HUNDRED = (RCPT + "\r\n").repeat(100);

    private static RoundTrips trips(Setup setup, Conduct.Session session) throws Exception {
        try (var server = new JudgedServer(setup)) {
            try (RawClient client = server.connect(Delivery.WHOLE)) {
                session.run(client);
            }
            return server.ended(1).get(0).trips();
        }
    }

    private static void lockStep(RawClient client) throws Exception {
        begin(client)
                .dialogue(MAIL)
                .dialogue(Collections.nCopies(100, RCPT).toArray(String[]::new))
                .dialogue("DATA")
                .send(TEXT)
                .replies(1)
                .dialogue("QUIT");
    }

    @Test
    void aHundredRecipientsInLockStepTake105AndTwoArePossible() throws Exception {
        RoundTrips trips = trips(USUAL, RoundTripsTest::lockStep);
        assertThat(trips).isEqualTo(new RoundTrips(2, 105, 2));
        assertThat(trips.sentence(Duration.ofMillis(70)))
                .isEqualTo("105 round trips, 7.35 s at 70 ms; 2 were possible, 0.14 s");
    }

    @Test
    void withoutChunkingThreeArePossible() throws Exception {
        assertThat(trips(USUAL.without(Extension.CHUNKING), RoundTripsTest::lockStep))
                .isEqualTo(new RoundTrips(2, 105, 3));
    }

    @Test
    void withoutPipeliningEveryReplyMustBeWaitedFor() throws Exception {
        assertThat(trips(USUAL.without(Extension.CHUNKING, Extension.PIPELINING), RoundTripsTest::lockStep))
                .isEqualTo(new RoundTrips(2, 105, 105));
    }

    @Test
    void aPipeliningClientTakesFour() throws Exception {
        assertThat(trips(
                        USUAL.without(Extension.CHUNKING),
                        c -> begin(c).send(MAIL + "\r\n" + HUNDRED + "DATA\r\n")
                                .replies(102)
                                .send(TEXT)
                                .replies(1)
                                .dialogue("QUIT")))
                .isEqualTo(new RoundTrips(2, 4, 3));
    }

    @Test
    void quitWithTheFinalDotSavesOne() throws Exception {
        assertThat(trips(
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\n" + HUNDRED + "DATA\r\n")
                                .replies(102)
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)))
                .isEqualTo(new RoundTrips(2, 3, 2));
    }

    @Test
    void chunkingTakesTwo() throws Exception {
        assertThat(trips(
                        USUAL,
                        c -> begin(c).send(MAIL + "\r\n" + HUNDRED + "BDAT 6 LAST\r\ntext\r\nQUIT\r\n")
                                .replies(103)))
                .isEqualTo(new RoundTrips(2, 2, 2));
    }

    @Test
    void threeMessagesAsATrainTakeFive() throws Exception {
        assertThat(trips(
                        USUAL.without(Extension.CHUNKING),
                        c -> begin(c).send(GROUP)
                                .replies(3)
                                .send(TEXT + GROUP)
                                .replies(4)
                                .send(TEXT + GROUP)
                                .replies(4)
                                .send(TEXT + "QUIT\r\n")
                                .replies(2)))
                .isEqualTo(new RoundTrips(2, 5, 5));
    }

    @Test
    void startTlsAndAuthAddTheirs() throws Exception {
        assertThat(trips(
                        USUAL.withAuth(),
                        c -> begin(c).startTls()
                                .dialogue("EHLO client.example", "AUTH LOGIN", "dGlt", "dGFuc3RhYWY=")
                                .send(MAIL + "\r\n" + RCPT + "\r\nBDAT 6 LAST\r\ntext\r\nQUIT\r\n")
                                .replies(4)))
                .isEqualTo(new RoundTrips(2, 7, 7));
        assertThat(trips(USUAL.withAuth(), c -> begin(c).dialogue("AUTH PLAIN", "AHRpbQB0YW5zdGFhZg==", "QUIT")))
                .as("the response could have come with AUTH")
                .isEqualTo(new RoundTrips(2, 4, 3));
    }

    @Test
    void aClientThatDoesNotWaitForTheBannerSavesAnOpeningRoundTrip() throws Exception {
        Setup lateBanner = Setup.DEFAULTS; // held back
        assertThat(trips(
                                lateBanner,
                                c -> c.send("EHLO client.example\r\n")
                                        .replies(2)
                                        .dialogue("QUIT"))
                        .opening())
                .isEqualTo(1);
    }
}
