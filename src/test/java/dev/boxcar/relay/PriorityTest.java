// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static dev.boxcar.relay.RelayFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.MailRoute;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.client.ClientProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MT-PRIORITY (RFC 6710), and destinations that do not hold each other up. */
class PriorityTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    @Test
    void moreUrgentMailOvertakesWhatWaitsForTheSameDestination() throws Exception {
        var isOpen = new AtomicBoolean();
        try (var downstream = Downstream.start(event -> {
                    if (event.verb().equals("EHLO")) {
                        await().atMost(LIMIT).until(isOpen::get);
                    }
                    return null;
                });
                var relay = RelayFixture.to(downstream).withTimeouts(LIMIT).start()) {
            int ordinary = 40;
            for (int i = 0; i < ordinary; i++) {
                relay.send(MESSAGE, "ordinary@there.example");
            }
            relay.sendFrom("<ann@sender.example>", "MT-PRIORITY=-5", MESSAGE, "last@there.example");
            relay.sendFrom("<ann@sender.example>", "MT-PRIORITY=5", MESSAGE, "first@there.example");
            isOpen.set(true);
            relay.awaitEmptyQueue();

            // five connections have one message each before the urgent one comes
            assertThat(downstream.recipients().indexOf("first@there.example")).isLessThan(15);
            assertThat(downstream.recipients().indexOf("last@there.example")).isGreaterThan(ordinary - 10);
        }
    }

    @ParameterizedTest
    @CsvSource({"250 MT-PRIORITY, ' MT-PRIORITY=3'", "250 DSN, ' RET=HDRS'", "250 PIPELINING, ''"})
    void aParameterIsPassedOnIfItsExtensionIsOffered(String offer, String expected) throws Exception {
        try (var downstream =
                        Downstream.start(event -> event.verb().equals("EHLO") ? "250-downstream\r\n" + offer : null);
                var relay = RelayFixture.to(downstream).start()) {
            relay.sendFrom("<ann@sender.example>", "RET=HDRS MT-PRIORITY=3", MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.commands()).contains("MAIL FROM:<ann@sender.example>" + expected);
        }
    }

    @Test
    void tenHungDestinationsHoldUpNoneOfTheOthers() throws Exception {
        try (var hung = Downstream.start(event -> Downstream.SILENCE);
                var living = Downstream.start()) {
            int destinations = 200;
            try (var relay = RelayFixture.to(living)
                    .withRouter(query -> CompletableFuture.completedStage(new MailRoute.ToHosts(nextHop(
                            query.recipient().domain(),
                            isHung(query.recipient().domain()) ? hung.port() : living.port()))))
                    .withTimeouts(Duration.ofMinutes(5))
                    .start()) {
                for (int i = 0; i < destinations; i++) {
                    relay.send(MESSAGE, "u@" + i + ".example", "v@" + i + ".example");
                }
                await().atMost(LIMIT).until(() -> living.recipients().size() == 2 * (destinations - 10));

                assertThat(relay.size()).isEqualTo(10);
                assertThat(hung.connections()).isEqualTo(10);
            }
        }
    }

    /** Every twentieth destination. */
    private static boolean isHung(String domain) {
        return Integer.parseInt(domain.substring(0, domain.indexOf('.'))) % 20 == 0;
    }

    private static NextHop nextHop(String name, int port) {
        List<MailHost> hosts = List.of(MailHost.of("127.0.0.1", port));
        return new NextHop(name, hosts, ClientProtocol.SMTP, TlsLevel.NONE, null, false);
    }
}
