// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.log.Logging;
import dev.boxcar.cli.server.Shutdown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The exit status when the spool fails. */
@Timeout(90)
class ShutdownTest {
    @TempDir
    Path directory;

    @Test
    void aFailingSpoolEndsTheProcessWith74EvenIfClosingWaitsForItsThread() throws Exception {
        try (var program = Boxcar.start(FailingSpool.class, directory)) {
            Boxcar.Outcome end = program.end();

            assertThat(end.status()).isEqualTo(74);
            assertThat(end.out()).isEqualTo("sessions ended\nspool closed\n");
            assertThat(end.err()).contains("ERROR Shutdown: the spool has failed, stopping cause=\"I/O error\"");
        }
    }

    @Test
    void aSpoolThatCannotBeClosedEndsTheProcessWith74() throws Exception {
        try (var program = Boxcar.start(UnclosableSpool.class, directory)) {
            assertThat(program.line()).isEqualTo("ready");
            Boxcar.Outcome end = program.signal("TERM");

            assertThat(end.status()).isEqualTo(74);
            assertThat(end.err()).contains("ERROR Shutdown: cannot close the spool", "no space left");
        }
    }

    /** A spool whose writer fails, and whose close waits for the writer. */
    static final class FailingSpool {
        public static void main(String[] arguments) throws InterruptedException {
            Logging.begin(Logging.Level.INFO, Logging.Format.TEXT);
            var shutdown = new Shutdown();
            Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run));
            var writer = new Thread(() -> shutdown.spoolFailed(new IOException("I/O error")), "writer");
            shutdown.endsSessions(grace -> System.out.println("sessions ended"));
            shutdown.closesLast(() -> {
                writer.join();
                System.out.println("spool closed");
            });
            writer.start();
            new CountDownLatch(1).await();
        }
    }

    /** A spool that cannot write its last messages. */
    static final class UnclosableSpool {
        public static void main(String[] arguments) throws InterruptedException {
            Logging.begin(Logging.Level.INFO, Logging.Format.TEXT);
            var shutdown = new Shutdown();
            Runtime.getRuntime().addShutdownHook(new Thread(shutdown::run));
            shutdown.closesLast(() -> {
                throw new IOException("no space left");
            });
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }
}
