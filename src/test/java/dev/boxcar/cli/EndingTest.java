// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ends a server's process leaves the right status behind. */
@Timeout(90)
class EndingTest {
    @TempDir
    Path directory;

    @Test
    void aSpoolThatFailsEndsTheProcessWith74ThoughClosingWaitsForItsThread() throws Exception {
        try (var program = Boxcar.start(FailingSpool.class, directory)) {
            Boxcar.Outcome end = program.end();

            assertThat(end.status()).isEqualTo(74);
            assertThat(end.out()).isEqualTo("sessions ended\nspool closed\n");
            assertThat(end.err()).contains("ERROR Ending: the spool has failed, stopping cause=\"I/O error\"");
        }
    }

    @Test
    void aSpoolThatCannotBeClosedEndsTheProcessWith74() throws Exception {
        try (var program = Boxcar.start(UnclosableSpool.class, directory)) {
            assertThat(program.line()).isEqualTo("ready");
            Boxcar.Outcome end = program.signal("TERM");

            assertThat(end.status()).isEqualTo(74);
            assertThat(end.err()).contains("ERROR Ending: the spool could not be closed", "no space left");
        }
    }

    /** A spool whose writer finds that it cannot go on, and whose close waits for the writer. */
    static final class FailingSpool {
        public static void main(String[] arguments) throws InterruptedException {
            Logging.begin(Logging.Level.INFO, Logging.Format.TEXT);
            var ending = new Ending();
            Runtime.getRuntime().addShutdownHook(new Thread(ending::run));
            var writer = new Thread(() -> ending.spoolFailed(new IOException("I/O error")), "writer");
            ending.shutsDown(grace -> System.out.println("sessions ended"));
            ending.closes(() -> {
                writer.join();
                System.out.println("spool closed");
            });
            writer.start();
            new CountDownLatch(1).await();
        }
    }

    /** A spool that cannot force what it has at the end. */
    static final class UnclosableSpool {
        public static void main(String[] arguments) throws InterruptedException {
            Logging.begin(Logging.Level.INFO, Logging.Format.TEXT);
            var ending = new Ending();
            Runtime.getRuntime().addShutdownHook(new Thread(ending::run));
            ending.closes(() -> {
                throw new IOException("no space left");
            });
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }
}
