// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TokenCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();
    private String script = "";

    /** A command that prints a token with the number of its run. */
    @BeforeEach
    void writeScript() {
        script = "cd " + directory + " && echo x >> runs && printf %s";
    }

    private TokenCommand command(String format) {
        return new TokenCommand("ann", script + " '" + format + "'\"$(wc -l < runs | tr -d ' ')\"", LIMIT, clock);
    }

    private long runs() throws IOException {
        return Files.readAllLines(directory.resolve("runs")).size();
    }

    private static ClientCredentials get(TokenCommand command) throws Exception {
        return join(command.current(Runnable::run));
    }

    private static ClientCredentials join(CompletionStage<ClientCredentials> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aTokenIsKeptUntilAServerRefusesIt() throws Exception {
        TokenCommand command = command("tok-");

        assertThat(get(command).password()).isEqualTo("tok-1");
        ClientCredentials used = get(command);
        assertThat(used.password()).isEqualTo("tok-1");
        assertThat(command.rejected(used)).isTrue();
        assertThat(get(command).password()).isEqualTo("tok-2");
    }

    @Test
    void aNewTokenThatIsRefusedAtOnceIsNotWorthANewRun() throws Exception {
        TokenCommand command = command("tok-");

        assertThat(command.rejected(get(command))).isFalse();
    }

    @Test
    void aTokenIsKeptUntilItExpires() throws Exception {
        String json =
                "{\"token_type\":\"Bearer\",\"x\":{\"access_token\":\"no\"},\"expires_in\":3600,\"access_token\":\"t\"}";
        var command =
                new TokenCommand("ann", "cd " + directory + " && echo x >> runs && echo '" + json + "'", LIMIT, clock);

        assertThat(get(command).password()).isEqualTo("t");
        clock.advance(Duration.ofSeconds(3500));
        get(command);
        assertThat(runs()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(50)); // less than a minute is left
        get(command);
        assertThat(runs()).isEqualTo(2);
    }

    @Test
    void connectionsThatWaitShareOneRun() throws Exception {
        TokenCommand command = new TokenCommand(
                "ann",
                "cd " + directory + " && echo x >> runs && while [ ! -e go ]; do sleep 0.05; done; echo t",
                LIMIT,
                clock);
        var one = command.current(Runnable::run);
        var other = command.current(Runnable::run);
        Files.createFile(directory.resolve("go"));

        assertThat(join(one)).isEqualTo(join(other));
        assertThat(runs()).isEqualTo(1);
    }

    @Test
    void aCommandThatFailsSaysSoWithoutItsOutput() {
        assertFailure("echo secret; echo secret >&2; exit 3", "the token command ended with status 3");
        assertFailure(
                "true", "the token command printed no token: expected a token in one line, or JSON with access_token");
        assertFailure(
                "echo two words",
                "the token command printed no token: expected a token in one line, or JSON" + " with access_token");
        assertFailure(
                "echo '{\"error\":\"secret\"'",
                "the token command printed no token: expected a token in one" + " line, or JSON with access_token");
        assertFailure("yes", "the token command printed more than 65536 bytes");
    }

    @Test
    void aCommandThatDoesNotEndIsEndedWithItsChildren() {
        assertFailure("sleep 600 | cat", "the token command did not end within 1 s");
    }

    private void assertFailure(String shell, String message) {
        var command = new TokenCommand("ann", shell, Duration.ofSeconds(shell.contains("sleep") ? 1 : 20), clock);
        assertThatThrownBy(() ->
                        command.current(Runnable::run).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    @Test
    void nothingShowsTheToken() throws Exception {
        TokenCommand command = command("tok-");
        assertThat(command.toString() + get(command)).doesNotContain("tok-").contains("ann");
        assertThat(AccessToken.parse("tok-1", Instant.EPOCH).toString()).doesNotContain("tok-");
    }
}
