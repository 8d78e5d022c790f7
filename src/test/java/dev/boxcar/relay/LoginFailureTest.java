// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.schedule.RetrySchedule;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.sasl.client.ClientExchange.SecretKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A smarthost that refuses the password is left alone at once; one where the log-in only failed is not. */
@Timeout(120)
class LoginFailureTest {
    private static final String MESSAGE = "Subject: hi\r\n\r\ntext\r\n";
    private static final RetrySchedule IN_AN_HOUR =
            RetrySchedule.DEFAULTS.withFirst(Duration.ofHours(1)).withWaits(Duration.ofHours(1), Duration.ofHours(1));
    private static final CredentialSource PASSWORD = workers ->
            CompletableFuture.completedFuture(new ClientCredentials("ann", "secret", SecretKind.PASSWORD, true));

    private static Downstream replyingToAuth(String reply) throws IOException {
        return Downstream.start(event -> switch (event.verb()) {
            case "EHLO" -> "250-downstream\r\n250 AUTH PLAIN";
            case "AUTH" -> reply;
            default -> null;
        });
    }

    private static long deadAfterOneMessage(RelayFixture relay) throws Exception {
        relay.send(MESSAGE, "bob@there.example");
        relay.awaitDeferrals(1);
        await().atMost(RelayFixture.LIMIT)
                .until(() -> relay.view().snapshot().destinations().stream().allMatch(one -> one.connections() == 0));
        return relay.view().snapshot().deadDestinations();
    }

    @ParameterizedTest
    @ValueSource(strings = {"535 5.7.8 wrong", "534 5.7.9 too weak"})
    void aRefusedPasswordPausesTheDestinationAtOnce(String reply) throws Exception {
        try (var downstream = replyingToAuth(reply);
                var relay = RelayFixture.to(downstream)
                        .withCredentials(PASSWORD)
                        .withRetries(IN_AN_HOUR)
                        .start()) {
            assertThat(deadAfterOneMessage(relay)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"454 4.7.0 try later", "421 4.3.2 closing", Downstream.CLOSE, Downstream.RESET})
    void aLoginThatFailsOtherwiseDoesNot(String reply) throws Exception {
        try (var downstream = replyingToAuth(reply);
                var relay = RelayFixture.to(downstream)
                        .withCredentials(PASSWORD)
                        .withRetries(IN_AN_HOUR)
                        .start()) {
            assertThat(deadAfterOneMessage(relay)).isZero();
        }
    }

    @Test
    void credentialsThatCannotBeReadDoNotPauseTheDestinationAtOnce() throws Exception {
        CredentialSource unreadable = workers -> CompletableFuture.failedFuture(new IOException("no such file"));
        try (var downstream = replyingToAuth("235 2.7.0 ok");
                var relay = RelayFixture.to(downstream)
                        .withCredentials(unreadable)
                        .withRetries(IN_AN_HOUR)
                        .start()) {
            assertThat(deadAfterOneMessage(relay)).isZero();
        }
    }

    @Test
    void aRefusedPasswordCountsAlsoIfTheNextHostIsClosed() throws Exception {
        try (var refusing = replyingToAuth("535 5.7.8 wrong");
                var closing = Downstream.start(event -> event.verb().equals("CONNECT") ? "421 4.3.2 closed" : null);
                var relay = RelayFixture.toPorts(refusing.port(), closing.port())
                        .withCredentials(PASSWORD)
                        .withRetries(IN_AN_HOUR)
                        .start()) {
            assertThat(deadAfterOneMessage(relay)).isEqualTo(1);
            assertThat(closing.connections()).isEqualTo(1);
            assertThat(relay.awaitDeferral()).contains("5.7.8 wrong");
        }
    }
}
