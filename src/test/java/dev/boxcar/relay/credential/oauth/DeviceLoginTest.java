// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.relay.credential.SettableClock;
import dev.boxcar.relay.credential.oauth.OAuthServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 8628. */
@Timeout(60)
class DeviceLoginTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SettableClock clock = new SettableClock();
    private final List<Long> waits = new ArrayList<>();
    private OAuthServer server;

    @BeforeEach
    void start() throws Exception {
        server = new OAuthServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private DeviceLogin begin() throws Exception {
        return DeviceLogin.begin(
                new OAuthHttp(LIMIT), server.provider(), OAuthServer.CLIENT, OAuthServer.SECRET, clock);
    }

    private void sleep(Duration duration) {
        waits.add(duration.toSeconds());
        clock.advance(duration);
    }

    @Test
    void aPersonTypesTheCodeAndTheTokensCome() throws Exception {
        DeviceLogin login = begin();
        assertThat(login.userCode()).isEqualTo("WDJB-MJHT");
        assertThat(login.page()).isEqualTo("https://provider.example/device");
        server.next(Answer.error("authorization_pending"));
        server.next(Answer.error("authorization_pending"));

        assertThat(login.await(this::sleep)).containsEntry("refresh_token", "refresh-1");
        assertThat(waits).containsExactly(5L, 5L, 5L);
        assertThat(server.requests().get(0)).containsEntry("scope", "mail offline");
    }

    @Test
    void aServerThatIsAskedTooOftenIsAskedLessOften() throws Exception { // §3.5
        DeviceLogin login = begin();
        server.next(Answer.error("slow_down"));
        server.next(Answer.error("slow_down"));
        server.next(new Answer(503, "down"));
        login.await(this::sleep);
        assertThat(waits).containsExactly(5L, 10L, 15L, 30L);
    }

    @Test
    void aServerIsAskedAtMostOncePerSecondAndForAnHour() throws Exception {
        server.next(new Answer(
                200,
                "{\"device_code\":\"the-device\",\"user_code\":\"A\",\"verification_uri\":\"https://p.example/\","
                        + "\"interval\":0,\"expires_in\":999999999}"));
        DeviceLogin login = begin();
        server.next(Answer.error("authorization_pending"));
        server.next(Answer.error("slow_down"));
        login.await(duration -> {
            sleep(duration);
            assertThat(duration).isPositive();
        });
        assertThat(waits).containsExactly(1L, 1L, 6L);
        clock.advance(Duration.ofHours(1));
        assertThatThrownBy(() -> login.await(this::sleep)).hasMessageContaining("nobody typed the code");
    }

    @Test
    void aPersonMayRefuse() throws Exception {
        DeviceLogin login = begin();
        server.next(Answer.error("access_denied"));
        assertThatThrownBy(() -> login.await(this::sleep)).hasMessage("the log-in was denied");
    }

    @Test
    void aCodeExpires() throws Exception {
        DeviceLogin login = begin();
        server.next(Answer.error("expired_token"));
        assertThatThrownBy(() -> login.await(this::sleep)).hasMessage("nobody typed the code in time; log in again");
    }

    @Test
    void nothingIsAskedAfterTheCodeHasExpired() throws Exception {
        DeviceLogin login = begin();
        for (int i = 0; i < 1000; i++) {
            server.next(Answer.error("authorization_pending"));
        }
        assertThatThrownBy(() -> login.await(this::sleep)).hasMessage("nobody typed the code in time; log in again");
        assertThat(waits).hasSize(179); // 900 s in steps of 5 s
    }

    @Test
    void anyOtherErrorEndsTheLogIn() throws Exception {
        DeviceLogin login = begin();
        server.next(Answer.error("invalid_client"));
        assertThatThrownBy(() -> login.await(this::sleep)).hasMessageContaining("invalid_client");
    }

    @Test
    void anAnswerWithoutACodeIsAFailure() {
        server.next(new Answer(200, "{\"device_code\":\"x\"}"));
        assertThatThrownBy(this::begin).hasMessageContaining("gave no code for a device");
    }

    @Test
    void notEveryProviderAllowsIt() {
        assertThatThrownBy(() -> DeviceLogin.begin(new OAuthHttp(LIMIT), OAuthProvider.google(), "c", "", clock))
                .hasMessageContaining("does not allow");
    }
}
