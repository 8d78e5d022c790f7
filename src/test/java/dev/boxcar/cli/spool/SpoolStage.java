// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An open spool, and the subcommands of {@code spool} on it. */
final class SpoolStage implements AutoCloseable {
    private final Path directory;
    private final Spool spool;

    SpoolStage(Path directory) throws IOException {
        this.directory = directory;
        this.spool = SegmentSpool.open(directory, SpoolOptions.DEFAULTS.withSync(Sync.NONE), e -> {});
    }

    /** Stores a message and returns its id. */
    String store(String from, String to, String received, byte[] message) throws Exception {
        var arrival = new SpoolSink(spool).begin(Runnable::run);
        arrival.write(message, 0, message.length);
        byte[] lines = ("Session: s1\nClient: 127.0.0.1:52344\nHelo: client.example\nProtocol: ESMTP\nFrom: " + from
                        + "\nTo: " + to + "\nReceived: " + received + "\n")
                .getBytes(UTF_8);
        var outcome = new CompletableFuture<CommitOutcome>();
        arrival.commit(Envelope.of(lines, lines.length), outcome::complete);
        if (outcome.get(30, TimeUnit.SECONDS) != CommitOutcome.STORED) {
            throw new AssertionError("not stored");
        }
        return arrival.id();
    }

    Boxcar.Outcome run(String... arguments) {
        var line = new ArrayList<>(List.of("spool"));
        line.addAll(List.of(arguments));
        line.add("--spool=" + directory);
        return Boxcar.run(Map.of(), line.toArray(String[]::new));
    }

    /** The first segment. */
    Path segment() throws IOException {
        try (var files = Files.list(directory.resolve("segment"))) {
            return files.sorted().findFirst().orElseThrow();
        }
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
