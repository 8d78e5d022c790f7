// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.SourceAddress;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.sasl.client.ClientExchange.SecretKind;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail is sent with other addresses, from another address, with few messages per connection, and with fresh tokens. */
class RewrittenDeliveryTest {
    private static final MailRewriting ALWAYS =
            MailRewriting.NONE.withOrigin("home.example").withAlwaysFrom(Mailbox.parse("account@provider.example"));
    private static final String MESSAGE = "From: Ann <ann>\r\nTo: bob\r\nSubject: hi\r\n\r\nFrom: ann\r\n";

    private static RelayFixture relay(Downstream downstream, HopSettings settings) {
        return RelayFixture.to(downstream).withSettings(settings);
    }

    @Test
    void theOneFromIsInTheEnvelopeAndTheHeaderAndTheTextStays() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream, HopSettings.DEFAULTS.withRewriting(ALWAYS))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            Downstream.Received received = downstream.messages().get(0);
            assertThat(received.from()).isEqualTo("account@provider.example");
            assertThat(received.content())
                    .endsWith("From: Ann <account@provider.example>\r\nReply-To: Ann <ann@home.example>\r\n"
                            + "To: bob@home.example\r\nSubject: hi\r\n\r\nFrom: ann\r\n");
        }
    }

    @Test
    void aLargeMessageIsRewrittenInItsHeaderOnly() throws Exception {
        String text = "0123456789".repeat(7) + "\r\n";
        String large = MESSAGE + text.repeat(2_000) + "From: ann\r\n";
        try (var downstream = Downstream.start();
                var relay = relay(downstream, HopSettings.DEFAULTS.withRewriting(ALWAYS))
                        .start()) {
            relay.send(large, "bob@there.example");
            relay.awaitEmptyQueue();

            String content = downstream.messages().get(0).content();
            assertThat(content).contains("\r\nFrom: Ann <account@provider.example>\r\n");
            assertThat(content.substring(content.indexOf("\r\n\r\n")))
                    .isEqualTo(large.substring(large.indexOf("\r\n\r\n")));
        }
    }

    @Test
    void aLongHeaderIsRewrittenToItsEnd() throws Exception {
        String field = "X-Filler: " + "0123456789".repeat(9) + "\r\n";
        String message = field.repeat(4_000) + "From: Ann <ann@home.example>\r\n\r\ntext\r\n"; // 400 kB
        try (var downstream = Downstream.start();
                var relay = relay(downstream, HopSettings.DEFAULTS.withRewriting(ALWAYS))
                        .start()) {
            relay.send(message, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content())
                    .contains("\r\nFrom: Ann <account@provider.example>\r\n")
                    .doesNotContain("From: Ann <ann@home.example>")
                    .endsWith("\r\n\r\ntext\r\n");
        }
    }

    @Test
    void aMessageForASevenBitServerIsRewrittenBeforeItIsConverted() throws Exception {
        try (var downstream = Downstream.start(event -> event.verb().equals("EHLO") ? "250 downstream" : null);
                var relay = relay(downstream, HopSettings.DEFAULTS.withRewriting(ALWAYS))
                        .start()) {
            relay.sendAsEightBit("From: Ann <ann>\r\n\r\ncaf\u00e9\r\n", "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.messages().get(0).content())
                    .contains("From: Ann <account@provider.example>\r\n", "caf=E9");
        }
    }

    @Test
    void theNextAttemptMakesTheSameChangesAndTheReportIsChangedToo(@TempDir java.nio.file.Path directory)
            throws Exception {
        try (var downstream = Downstream.start(event -> !event.verb().equals("END")
                        ? null
                        : event.message() == 1 ? "450 4.2.0 later" : event.message() == 2 ? "550 5.0.0 no" : null);
                var relay = relay(downstream, HopSettings.DEFAULTS.withRewriting(ALWAYS))
                        .withSpool(directory)
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            await().atMost(RelayFixture.LIMIT).until(() -> downstream.messages().size() == 1);
            relay.awaitEmptyQueue();

            Downstream.Received report = downstream.messages().get(0);
            assertThat(report.from()).isEmpty();
            assertThat(report.content())
                    .contains("\r\nFrom: Mail Delivery System <account@provider.example>\r\n")
                    .contains("From: Ann <ann>\r\n"); // the original as it was sent to the relay
        }
    }

    @Test
    void connectionsComeFromTheSourceAddressWithItsName() throws Exception {
        var source = new SourceAddress(InetAddress.getByName("127.0.0.3"), "shop.example");
        var v6 = new SourceAddress(InetAddress.getByName("::1"), "six.example");
        try (var downstream = Downstream.start();
                var relay = relay(downstream, HopSettings.DEFAULTS.withSources(List.of(v6, source)))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            assertThat(downstream.commands()).contains("EHLO shop.example");
            assertThat(downstream.clients()).containsExactly("127.0.0.3");
        }
    }

    @Test
    void aSourceAddressThatThisMachineDoesNotHaveDefersTheMail() throws Exception {
        var source = new SourceAddress(InetAddress.getByName("192.0.2.1"), "");
        try (var downstream = Downstream.start();
                var relay = relay(downstream, HopSettings.DEFAULTS.withSources(List.of(source)))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            assertThat(relay.awaitDeferral()).contains("cannot connect from 192.0.2.1: ");

            assertThat(downstream.connections()).isZero();
            assertThat(relay.size()).isEqualTo(1);
        }
    }

    @Test
    void noConnectionHasMoreMessagesThanTheSettingsSay() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(
                                downstream,
                                HopSettings.DEFAULTS
                                        .withMessagesPerConnection(2)
                                        .withConnections(1))
                        .start()) {
            for (int i = 0; i < 5; i++) {
                relay.send(MESSAGE, "bob@there.example");
            }
            relay.awaitEmptyQueue();

            assertThat(downstream.messages()).hasSize(5);
            assertThat(downstream.connections()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void anOldTokenThatIsRefusedIsReplacedInTheSameAttempt() throws Exception {
        var tokens = new Tokens();
        try (var downstream = Downstream.start(event -> switch (event.verb()) {
                    case "EHLO" -> "250-downstream\r\n250 AUTH XOAUTH2";
                    case "AUTH" -> event.connection() == 1 ? "535 5.7.8 expired" : "235 2.7.0 ok";
                    default -> null;
                });
                var relay = RelayFixture.to(downstream).withCredentials(tokens).start()) {
            relay.send(MESSAGE, "bob@there.example");
            await().atMost(RelayFixture.LIMIT)
                    .until(() -> !downstream.messages().isEmpty());

            assertThat(tokens.asked).hasValue(2);
            assertThat(downstream.connections()).isEqualTo(2);
        }
    }

    /** Gives another token each time. */
    private static final class Tokens implements dev.boxcar.relay.route.CredentialSource {
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public CompletionStage<ClientCredentials> current(Executor workers) {
            return CompletableFuture.completedFuture(
                    new ClientCredentials("ann", "token-" + asked.incrementAndGet(), SecretKind.TOKEN, true));
        }

        @Override
        public boolean rejected(ClientCredentials refused) {
            return refused.password().equals("token-1");
        }
    }
}
