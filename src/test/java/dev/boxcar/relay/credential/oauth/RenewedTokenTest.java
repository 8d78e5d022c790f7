// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.credential.SettableClock;
import dev.boxcar.relay.credential.oauth.OAuthServer.Answer;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RenewedTokenTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();
    private OAuthServer server;
    private OAuthAccountFile file;

    @BeforeEach
    void start() throws Exception {
        server = new OAuthServer();
        file = new OAuthAccountFile(directory.resolve("main.oauth"));
        file.write(server.account());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RenewedToken token() {
        return new RenewedToken(file, new OAuthHttp(LIMIT), clock);
    }

    private static ClientCredentials get(RenewedToken token) throws Exception {
        return join(token.current(Runnable::run));
    }

    private static ClientCredentials join(CompletionStage<ClientCredentials> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void assertNone(RenewedToken token, String reason) {
        assertThatThrownBy(() -> get(token))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    private static boolean isRenewing() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("boxcar-oauth"));
    }

    @Test
    void aTokenIsHadByTheRefreshTokenAndUsedAgain() throws Exception {
        RenewedToken token = token();

        assertThat(get(token)).isEqualTo(ClientCredentials.token("ann@x.example", "token-1"));
        assertThat(get(token).password()).isEqualTo("token-1");
        assertThat(server.requests())
                .singleElement()
                .satisfies(form -> assertThat(form)
                        .containsOnlyKeys("grant_type", "refresh_token", "client_id", "client_secret")
                        .containsEntry("grant_type", "refresh_token")
                        .containsEntry("client_secret", OAuthServer.SECRET));
    }

    @Test
    void aTokenIsHadByClientCredentials() throws Exception {
        OAuthAccount person = server.account();
        file.write(new OAuthAccount(
                "ann@x.example",
                OAuthAccount.Grant.CLIENT_CREDENTIALS,
                person.tokenUrl(),
                person.clientId(),
                person.clientSecret(),
                "mail offline",
                ""));
        String before = Files.readString(file.path());

        assertThat(get(token()).password()).isEqualTo("token-1");
        assertThat(server.requests().get(0)).containsEntry("grant_type", "client_credentials");
        server.next(new Answer(200, "{\"access_token\":\"t\"}"));
        assertThat(get(token()).password()).isEqualTo("t");
        assertThat(file.read().grant()).isEqualTo(OAuthAccount.Grant.CLIENT_CREDENTIALS);
        assertThat(before).contains("client_credentials");
    }

    @Test
    void aTokenIsRenewedBeforeItExpiresWhileTheOldOneIsUsed() throws Exception {
        RenewedToken token = token();
        get(token);
        clock.advance(Duration.ofSeconds(3290));
        assertThat(get(token).password()).isEqualTo("token-1");
        assertThat(server.requests()).hasSize(1);

        var gate = new CountDownLatch(1);
        server.holdUntil(gate);
        clock.advance(Duration.ofSeconds(15)); // 295 s are left
        assertThat(get(token).password()).isEqualTo("token-1"); // does not wait
        gate.countDown();
        await().atMost(LIMIT).until(() -> get(token).password().equals("token-2"));
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anOldTokenServesWhileTheServerIsDown() throws Exception {
        RenewedToken token = token();
        get(token);
        clock.advance(Duration.ofSeconds(3400));
        server.next(new Answer(503, "down"));
        assertThat(get(token).password()).isEqualTo("token-1");
        await().atMost(LIMIT).until(() -> server.requests().size() == 2 && !isRenewing());

        assertThat(get(token).password()).isEqualTo("token-1");
        clock.advance(Duration.ofSeconds(145)); // too little is left
        assertThat(get(token).password()).isEqualTo("token-2");
    }

    @Test
    void aTokenWithoutAnEndIsUsedUntilItIsRefused() throws Exception {
        server.next(new Answer(200, "{\"access_token\":\"first\",\"token_type\":\"Bearer\"}"));
        RenewedToken token = token();
        get(token);
        clock.advance(Duration.ofDays(30));
        assertThat(get(token).password()).isEqualTo("first");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aTokenThatTheMailServerRefusesIsRenewedOnce() throws Exception {
        RenewedToken token = token();
        get(token);
        ClientCredentials used = get(token);

        assertThat(token.rejected(used)).isTrue();
        assertThat(get(token).password()).isEqualTo("token-2");
        assertThat(token.rejected(used)).isTrue(); // by another connection, for which there is a new one already
        assertThat(get(token).password()).isEqualTo("token-2");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aNewTokenThatIsRefusedAtOnceIsNotWorthAnotherOne() throws Exception {
        RenewedToken token = token();
        assertThat(token.rejected(get(token))).isFalse();
    }

    @Test
    void connectionsThatWaitShareOneRenewal() throws Exception {
        var gate = new CountDownLatch(1);
        server.holdUntil(gate);
        RenewedToken token = token();
        var one = token.current(Runnable::run);
        var other = token.current(Runnable::run);
        assertThat(one.toCompletableFuture()).isNotDone();
        gate.countDown();

        assertThat(join(one)).isEqualTo(join(other));
        assertThat(server.requests()).hasSize(1);
    }

    /**
     * Two smarthosts with one file, or the relay and {@code relay check}: a server may take a refresh token only once.
     */
    @Test
    void twoUsersOfOneFileDoNotRenewAtOnce() throws Exception {
        server.rotating();
        var gate = new CountDownLatch(1);
        server.holdUntil(gate);
        var one = token().current(Runnable::run);
        var other = token().current(Runnable::run);
        gate.countDown();

        assertThat(join(one).password()).isNotEqualTo(join(other).password());
        assertThat(server.requests())
                .extracting(form -> form.get("refresh_token"))
                .containsExactly("refresh-0", "refresh-1");
        assertThat(file.read().refreshToken()).isEqualTo("refresh-2");
    }

    // ---- rotation

    @Test
    void aNewRefreshTokenIsInTheFileBeforeTheTokenIsUsed() throws Exception {
        server.rotating();
        get(token());
        assertThat(file.read()).isEqualTo(server.account().withRefreshToken("refresh-1"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("main.oauth", "main.oauth.lock");
        }
        get(token()); // as after a restart
        assertThat(server.requests().get(1)).containsEntry("refresh_token", "refresh-1");
    }

    @Test
    void aNewRefreshTokenThatCannotBeSavedIsUsedUntilItCan() throws Exception {
        server.rotating();
        RenewedToken token = token();
        Path taken = directory.resolve("main.oauth.new"); // a directory that is not empty cannot be replaced
        Files.createDirectories(taken.resolve("x"));
        get(token);
        assertThat(file.read().refreshToken()).isEqualTo("refresh-0");

        clock.advance(Duration.ofHours(2));
        assertThat(get(token).password()).isEqualTo("token-2");
        assertThat(file.read().refreshToken()).isEqualTo("refresh-0");

        Files.delete(taken.resolve("x"));
        Files.delete(taken);
        clock.advance(Duration.ofHours(2));
        assertThat(get(token).password()).isEqualTo("token-3");
        assertThat(file.read().refreshToken()).isEqualTo("refresh-3");
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsEnough() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        Assumptions.assumeFalse(Files.isWritable(directory), "this user may write everywhere");
        try {
            assertThat(get(token()).password()).isEqualTo("token-1");
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
    }

    // ---- failures

    @Test
    void aRefusedAccountIsLeftAloneForTenMinutes() throws Exception {
        file.write(server.account().withRefreshToken("revoked"));
        RenewedToken token = token();
        assertNone(token, "refused the request: invalid_grant");
        clock.advance(Duration.ofMinutes(9));
        assertNone(token, "invalid_grant; it is asked again in 60 s");
        assertThat(server.requests()).hasSize(1);
        clock.advance(Duration.ofMinutes(1));
        assertNone(token, "invalid_grant");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aNewLogInIsTriedAtOnce() throws Exception {
        file.write(server.account().withRefreshToken("revoked"));
        RenewedToken token = token();
        assertNone(token, "invalid_grant");
        file.write(server.account());
        assertThat(get(token).password()).isEqualTo("token-1");
    }

    @Test
    void aServerThatIsDownIsLeftAloneForLongerEachTime() throws Exception {
        RenewedToken token = token();
        for (int seconds : new int[] {10, 20, 40, 80, 160, 320, 600, 600}) {
            server.next(new Answer(503, "down"));
            assertNone(token, "answered with HTTP status 503");
            int before = server.requests().size();
            clock.advance(Duration.ofSeconds(seconds - 1));
            assertNone(token, "it is asked again in 1 s");
            assertThat(server.requests()).hasSize(before);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(get(token).password()).isEqualTo("token-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | no json                                        | answered with something that is not JSON",
                "200 | {}                                             | gave no access_token",
                "200 | {\"access_token\":\"a b\"}                     | gave no access_token",
                "200 | {\"error\":\"invalid_scope\"}                  | refused the request: invalid_scope",
                "400 | {\"error\":\"x\",\"error_description\":\"why\"} | refused the request: x: why",
                "429 | {\"error\":\"slow_down\"}                      | refused the request: slow_down",
                "500 | {}                                             | HTTP status 500",
                "302 | ''                                             | answered with HTTP status 302"
            })
    void aWrongAnswerIsAFailureWithItsReason(int status, String body, String reason) {
        server.next(new Answer(status, body));
        assertNone(token(), reason);
    }

    @Test
    void anAnswerThatIsTooLongIsCutOff() {
        server.next(new Answer(200, "{\"access_token\":\"" + "x".repeat(100_000) + "\"}"));
        assertNone(token(), "the answer has more than 65536 bytes");
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() {
        server.holdUntil(new CountDownLatch(1));
        var token = new RenewedToken(file, new OAuthHttp(Duration.ofMillis(300)), clock);
        assertNone(token, "did not answer within");
    }

    @Test
    void aServerThatCannotBeReachedIsNamed() {
        server.close();
        assertNone(token(), "the OAuth server 127.0.0.1 cannot be reached: ");
    }

    @Test
    void secretsAreNotSentWhereARedirectPoints() throws Exception {
        OAuthAccount account = server.account();
        file.write(new OAuthAccount(
                account.user(),
                account.grant(),
                server.url("/moved"),
                account.clientId(),
                account.clientSecret(),
                "",
                account.refreshToken()));
        assertNone(token(), "answered with HTTP status 307");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void noReasonShowsASecretInTheEncodingOfTheForm() throws Exception {
        server.next(new Answer(
                400, "{\"error\":\"invalid_client\",\"error_description\":\"bad client_secret=the%26secret&x=y\"}"));
        RenewedToken token = token();
        assertNone(token, "refused the request: invalid_client");
        assertThatThrownBy(() -> get(token)).hasMessageNotContaining("secret");
    }

    @Test
    void noReasonShowsASecret() throws Exception {
        server.next(new Answer(
                400,
                "{\"error\":\"refresh-0\",\"error_description\":\"refresh-0 or " + OAuthServer.SECRET + " is bad\"}"));
        assertNone(token(), "refused the request: ...: ... or ... is bad");
        assertThat(server.account().toString() + token() + get(token()))
                .doesNotContain("refresh-0")
                .doesNotContain(OAuthServer.SECRET)
                .doesNotContain("token-1");
    }
}
