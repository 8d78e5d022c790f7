// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static org.awaitility.Awaitility.await;

import dev.boxcar.cli.Boxcar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The relay as users start it: a process of its own, with short waits between attempts. */
final class RelayProgram implements AutoCloseable {
    private final Path directory;
    private final Boxcar.Running running;
    private final int port;

    private RelayProgram(Path directory, Boxcar.Running running, int port) {
        this.directory = directory;
        this.running = running;
        this.port = port;
    }

    /** Starts it in this directory, with more options. */
    static RelayProgram start(Path directory, String... options) throws IOException {
        Files.createDirectories(directory);
        var arguments = new ArrayList<>(List.of(
                "relay",
                "--smtp=127.0.0.1:0",
                "--spool=spool",
                "--hostname=relay.example",
                "--retry-first=200ms",
                "--retry-min=200ms",
                "--retry-max=500ms"));
        arguments.addAll(List.of(options));
        Boxcar.Running running = Boxcar.start(directory, arguments.toArray(String[]::new));
        String line = running.line();
        int colon = line.lastIndexOf(':');
        if (colon < 0) {
            running.close();
            throw new AssertionError("the relay did not start: " + Files.readString(running.errFile()));
        }
        return new RelayProgram(directory, running, Integer.parseInt(line.substring(colon + 1)));
    }

    int port() {
        return port;
    }

    /** What it has logged so far. */
    String log() {
        try {
            return Files.readString(running.errFile());
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits until it has logged this. */
    void awaitLog(String text) {
        await().atMost(PeerProgram.LIMIT)
                .conditionEvaluationListener(condition -> {})
                .until(() -> log().contains(text));
    }

    /** Waits until nothing is queued. */
    void awaitEmptyQueue() {
        String spool = directory.resolve("spool").toString();
        await().atMost(PeerProgram.LIMIT)
                .until(() -> Boxcar.run(java.util.Map.of(), "queue", "ls", "--spool", spool)
                        .out()
                        .contains("the queue is empty"));
    }

    @Override
    public void close() {
        running.close();
    }
}
