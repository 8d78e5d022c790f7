// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.suite.SuiteClient.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The words of a command are filled in, and its process is run and bounded. */
@Timeout(60)
class ClientCommandTest {
    private static final Values VALUES = new Values("127.0.0.1", 2525, Path.of("/m"), Path.of("/l"));
    private static final Duration LONG = Duration.ofSeconds(30);

    private static List<String> fill(String... words) {
        return new ClientCommand(List.of(words)).fill(VALUES);
    }

    @Test
    void theWordsAreFilledIn() {
        assertThat(fill("c", "smtp://{host}:{port}", "{from}", "{to}", "{message}", "{lf-message}", "{other}", "{}"))
                .containsExactly(
                        "c",
                        "smtp://127.0.0.1:2525",
                        SuiteClient.SENDER,
                        SuiteClient.RECIPIENTS.get(0),
                        "/m",
                        "/l",
                        "{other}",
                        "{}");
    }

    @Test
    void allRecipientsStandInOneWordOrInSeveral() {
        String first = SuiteClient.RECIPIENTS.get(0);
        String second = SuiteClient.RECIPIENTS.get(1);
        String third = SuiteClient.RECIPIENTS.get(2);
        assertThat(fill("c", "--to={recipients}")).containsExactly("c", "--to=" + first + "," + second + "," + third);
        assertThat(fill("c", "--rcpt", "{to...}", "x"))
                .containsExactly("c", "--rcpt", first, "--rcpt", second, "--rcpt", third, "x");
        assertThat(fill("c", "--", "{to...}")).containsExactly("c", "--", first, second, third);
        assertThat(fill("c", "{to...}")).containsExactly("c", first, second, third);
        assertThat(fill("c", "--to={to...}")).containsExactly("c", "--to=" + first, "--to=" + second, "--to=" + third);
        assertThat(new ClientCommand(List.of("c", "{to}")).recipients()).containsExactly(first);
        assertThat(new ClientCommand(List.of("c", "{recipients}")).recipients()).hasSize(3);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theExitStatusAndTheEndOfTheOutputAreKept() throws Exception {
        Run run = new ClientCommand(List.of("sh", "-c", "cat; echo out; echo err >&2; exit 3")).run(VALUES, LONG);
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.output().lines()).containsExactly("out", "err");
        Run lines = new ClientCommand(
                        List.of("sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done"))
                .run(VALUES, LONG);
        assertThat(lines.output()).hasSizeLessThan(4_097).endsWith("line 2999");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aProcessThatTakesTooLongIsKilledWithItsChildren() throws Exception {
        Run run =
                new ClientCommand(List.of("sh", "-c", "sleep 50 & echo $!; wait")).run(VALUES, Duration.ofMillis(500));
        assertThat(run.tookTooLong()).isTrue();
        assertThat(run.time()).isLessThan(Duration.ofSeconds(20));
        long child = Long.parseLong(run.output());
        await().until(() ->
                ProcessHandle.of(child).map(process -> !process.isAlive()).orElse(true));
    }

    @Test
    void aProgramThatIsNotThereIsAnError() {
        var missing = new ClientCommand(List.of("/no/such/client"));
        assertThatIOException().isThrownBy(() -> missing.run(VALUES, LONG)).withMessageContaining("/no/such/client");
    }
}
