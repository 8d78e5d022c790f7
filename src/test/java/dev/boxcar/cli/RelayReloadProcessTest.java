// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP reads the configuration and the aliases again: all of it or, with a mistake, none of it. */
class RelayReloadProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private void aliases(String text) throws Exception {
        Files.writeString(directory.resolve("aliases"), text);
    }

    private void send(String line) {
        String port = line.substring(line.lastIndexOf(':') + 1).strip();
        Boxcar.Outcome sent = Boxcar.run(
                Map.of(), "send", "127.0.0.1:" + port, "--from=a@b.example", "--to=root@localhost", "--body=hi");
        assertThat(sent.err()).isEmpty();
    }

    @Test
    void newAliasesCountAndAMistakeLeavesTheOldOnes() throws Exception {
        aliases("root: one@there.example\n");
        try (var downstream = Downstream.start()) {
            Files.writeString(
                    directory.resolve("relay.conf"),
                    String.join(
                            "\n",
                            "hostname = relay.example",
                            "smtp = \"127.0.0.1:0\"",
                            "spool = spool",
                            "aliases = \"" + directory.resolve("aliases") + "\"",
                            "smarthost = \"127.0.0.1:" + downstream.port() + "\"",
                            "smarthost-tls = none",
                            ""));
            try (var relay = Boxcar.start(directory, "relay", "--config=relay.conf")) {
                String line = relay.line();
                send(line);
                await().atMost(LIMIT).until(() -> downstream.recipients().contains("one@there.example"));

                aliases("root: two@there.example\n");
                hangUp(relay, "configuration read again");
                send(line);
                await().atMost(LIMIT).until(() -> downstream.recipients().contains("two@there.example"));

                aliases("root: two@there.example\n");
                Path file = directory.resolve("relay.conf");
                String before = Files.readString(file);
                Files.writeString(file, before + "origin = other.example\n");
                hangUp(relay, "configuration not changed: relay.conf:7: origin: a new name needs a restart");
                Files.writeString(file, before);
                assertThat(Files.readString(relay.errFile()))
                        .containsPattern(
                                " delay=[0-9.]+ delays=[0-9]+\\.[0-9]{3}/[0-9]+\\.[0-9]{3}/[0-9]+\\.[0-9]{3} ");

                aliases("root: three@there.example\nall: |/bin/false\n");
                hangUp(
                        relay,
                        "configuration not changed: relay.conf:4: aliases: " + directory.resolve("aliases")
                                + ":2: '|/bin/false' is a program");
                send(line);
                await().atMost(LIMIT).until(() -> downstream.messages().size() == 3);
                assertThat(downstream.recipients().get(2)).isEqualTo("two@there.example");
            }
        }
    }

    @Test
    void aSignalDuringTheStartWaitsForItsEnd() throws Exception {
        Files.writeString(
                directory.resolve("relay.conf"), "hostname = relay.example\nsmtp = \"127.0.0.1:0\"\nspool = spool\n");
        try (var relay = Boxcar.start(HangUpAtFirstLine.class, directory, "relay", "--config=relay.conf")) {
            assertThat(relay.line()).contains("listening on");
            await().atMost(LIMIT).until(() -> Files.readString(relay.errFile()).contains("configuration read again"));
            assertThat(relay.process().isAlive()).isTrue();
        }
    }

    /** The program, which gets the signal when it says that it listens, and has not finished its start. */
    static final class HangUpAtFirstLine {
        private HangUpAtFirstLine() {}

        public static void main(String[] arguments) {
            var out = System.out;
            System.setOut(new PrintStream(
                    new FilterOutputStream(out) {
                        private boolean isSent;

                        @Override
                        public void flush() throws IOException {
                            super.flush();
                            if (!isSent) {
                                isSent = true;
                                hangUp(ProcessHandle.current().pid());
                            }
                        }
                    },
                    true));
            Main.main(arguments);
        }
    }

    private static void hangUp(long process) throws IOException {
        try {
            new ProcessBuilder("kill", "-HUP", Long.toString(process)).start().waitFor();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private static void hangUp(Boxcar.Running relay, String expected) throws Exception {
        new ProcessBuilder("kill", "-HUP", Long.toString(relay.process().pid()))
                .start()
                .waitFor();
        await().atMost(LIMIT).until(() -> Files.readString(relay.errFile()).contains(expected));
    }
}
