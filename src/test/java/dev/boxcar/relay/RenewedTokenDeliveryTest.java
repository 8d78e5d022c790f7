// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.credential.oauth.OAuthAccountFile;
import dev.boxcar.relay.credential.oauth.OAuthServer;
import dev.boxcar.relay.credential.oauth.RenewedToken;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.TlsLevel;
import java.nio.file.Path;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The relay logs in to a smarthost with tokens that an OAuth server gives. */
class RenewedTokenDeliveryTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";

    @TempDir
    Path directory;

    private RelayFixture relay(Downstream downstream, OAuthServer server, SSLContext trusted) throws Exception {
        var file = new OAuthAccountFile(directory.resolve("main.oauth"));
        file.write(server.account());
        return RelayFixture.to(downstream)
                .withCredentials(new RenewedToken(file))
                .withTls(
                        TlsLevel.VERIFIED,
                        (host, trust) -> TlsSettings.client(trusted, "smtp.provider.example", host.port()));
    }

    private static String response(String line) {
        String base64 = line.substring(line.lastIndexOf(' ') + 1);
        return new String(Base64.getDecoder().decode(base64), US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "XOAUTH2     | user=ann@x.example^auth=Bearer token-1^^",
                "OAUTHBEARER | n,a=ann@x.example,^auth=Bearer token-1^^"
            })
    void theTokenIsSentInTheWayThatTheServerOffers(String mechanism, String sent) throws Exception {
        var authority = new TestAuthority("authority");
        try (var server = new OAuthServer();
                var downstream = Downstream.startInTls(
                        authority.issue("smtp.provider.example").serverContext(), event -> switch (event.verb()) {
                            case "EHLO-TLS" -> "250-downstream\r\n250 AUTH " + mechanism;
                            case "AUTH" -> "235 2.7.0 ok";
                            default -> null;
                        });
                var relay =
                        relay(downstream, server, authority.trustingContext()).start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();

            String line = downstream.commands().stream()
                    .filter(one -> one.startsWith("AUTH"))
                    .findFirst()
                    .orElseThrow();
            assertThat(line).startsWith("AUTH " + mechanism + " ");
            assertThat(response(line).replace('\1', '^')).isEqualTo(sent);
        }
    }

    /**
     * The provider ends a token early, as after a change of the password: one new token is had, in the same attempt.
     */
    @Test
    void aTokenThatTheSmarthostRefusesIsRenewedOnceInTheSameAttempt() throws Exception {
        var authority = new TestAuthority("authority");
        try (var server = new OAuthServer();
                var downstream = Downstream.startInTls(
                        authority.issue("smtp.provider.example").serverContext(), event -> switch (event.verb()) {
                            case "EHLO-TLS" -> "250-downstream\r\n250 AUTH XOAUTH2";
                            case "AUTH" ->
                                event.connection() > 1 && response(event.line()).contains("token-1")
                                        ? "535 5.7.8 expired"
                                        : "235 2.7.0 ok";
                            default -> null;
                        });
                var relay = relay(downstream, server, authority.trustingContext())
                        .withSettings(HopSettings.DEFAULTS.withMessagesPerConnection(1))
                        .start()) {
            relay.send(MESSAGE, "bob@there.example");
            relay.awaitEmptyQueue();
            assertThat(server.requests()).hasSize(1);

            relay.send(MESSAGE, "eve@there.example");
            relay.awaitEmptyQueue();
            assertThat(downstream.recipients()).containsExactly("bob@there.example", "eve@there.example");
            assertThat(downstream.connections()).isEqualTo(3);
            assertThat(server.requests()).hasSize(2);
        }
    }
}
