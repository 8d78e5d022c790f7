// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Postfix's smtp-source, a client that is neutral between the servers: lock-step, 1 KiB. */
final class SmtpSource {
    private static final Path PROGRAM = Path.of("/usr/sbin/smtp-source");
    private static final int TRY = 300;

    record Run(long messages, double seconds, boolean failed) {
        double perSecond() {
            return messages / seconds;
        }
    }

    private SmtpSource() {}

    static boolean isThere() {
        return Files.isExecutable(PROGRAM);
    }

    /** Runs for about {@code time}. A first run finds out how many messages that takes. */
    static Run run(InetSocketAddress server, int connections, Duration time) throws IOException, InterruptedException {
        double guess = once(server, connections, TRY).perSecond();
        return once(server, connections, Math.max(TRY, (long) (guess * time.toMillis() / 1000)));
    }

    private static Run once(InetSocketAddress server, int connections, long messages)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (ServerProcess.mayPin()) {
            command.addAll(List.of("/usr/bin/taskset", "-c", "1"));
        }
        command.addAll(List.of(
                PROGRAM.toString(),
                "-d",
                "-s",
                Integer.toString(connections),
                "-m",
                Long.toString(messages),
                "-l",
                "1024",
                "-f",
                "author@bench.example",
                "-t",
                "reader@bench.example",
                server.getHostString() + ":" + server.getPort()));
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean failed = process.waitFor() != 0;
        return new Run(messages, (System.nanoTime() - began) / 1e9, failed);
    }
}
