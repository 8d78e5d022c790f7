// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.cli.sendmail.SendmailCommand;
import dev.boxcar.relay.Downstream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sendmail} and {@code mailq} with a relay in a process of its own. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class SendmailProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private int sendmail(String... arguments) {
        var in = new ByteArrayInputStream("Subject: hi\n\ntext\n".getBytes(US_ASCII));
        return new CommandLine(new SendmailCommand(Map.of(), in)).execute(arguments);
    }

    private String spool() {
        return "--spool=" + directory.resolve("spool");
    }

    private Boxcar.Running relay(Downstream downstream) throws IOException {
        return Boxcar.start(
                directory,
                "relay",
                "--smtp=127.0.0.1:0",
                "--spool=spool",
                "--smarthost=127.0.0.1:" + downstream.port(),
                "--smarthost-tls=none",
                "--retry-min=1h",
                "--retry-max=1h");
    }

    @Test
    void theFirstStartOfTheRelayDeliversWhatWasSentBefore() throws Exception {
        assertThat(sendmail(spool(), "-fann@a.example", "bob@b.example")).isZero();
        try (var downstream = Downstream.start();
                var relay = relay(downstream)) {
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 1);
            assertThat(sendmail(spool(), "-fann@a.example", "eve@b.example")).isZero();
            await().atMost(LIMIT).until(() -> downstream.messages().size() == 2);

            Downstream.Received first = downstream.messages().get(0);
            assertThat(first.from()).isEqualTo("ann@a.example");
            assertThat(first.recipients()).containsExactly("bob@b.example");
            assertThat(first.content()).contains("Subject: hi\r\n").endsWith("\r\n\r\ntext\r\n");
            assertThat(relay.signal("TERM").status()).isEqualTo(143);
        }
    }

    @Test
    void theQueueIsListedAndTriedAgainOnRequest() throws Exception {
        var isBusy = new AtomicBoolean(true);
        try (var downstream = Downstream.start(
                        event -> event.verb().equals("RCPT") && isBusy.get() ? "450 4.2.1 busy" : null);
                var relay = relay(downstream)) {
            assertThat(relay.line()).contains("listening");
            assertThat(sendmail(spool(), "-fann@a.example", "bob@b.example")).isZero();
            await().atMost(LIMIT).until(() -> mailq().contains("4.2.1"));
            assertThat(mailq()).containsPattern("[0-9A-Z]{26} .*<ann@a.example> +bob@b.example");

            isBusy.set(false);
            assertThat(sendmail(spool(), "-q")).isZero();

            await().atMost(LIMIT).until(() -> downstream.messages().size() == 1);
            await().atMost(LIMIT).until(() -> mailq().equals("the queue is empty\n"));
        }
    }

    @Test
    void otherUsersMayNotReadTheMailOfTheQueue() throws Exception {
        try (var downstream = Downstream.start();
                var relay = relay(downstream)) {
            assertThat(relay.line()).contains("listening");
            for (String name : List.of("segment", "blob", "quarantine")) {
                assertThat((int) Files.getAttribute(directory.resolve("spool").resolve(name), "unix:mode") & 0007)
                        .as(name)
                        .isZero();
            }
        }
    }

    private String mailq() {
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "mailq", spool());
        assertThat(outcome.status()).isZero();
        return outcome.out();
    }
}
