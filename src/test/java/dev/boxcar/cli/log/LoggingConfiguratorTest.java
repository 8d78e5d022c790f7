// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log never blocks the threads that write to it, and its lines cannot be forged. */
@Timeout(60)
class LoggingConfiguratorTest {
    /** More than twice the queue. */
    private static final int EVENTS = 20_000;

    @Test
    void loggingNeverWaitsForTheTerminal() {
        var terminal = new StuckTerminal();
        PrintStream before = System.err;
        System.setErr(new PrintStream(terminal, true, UTF_8));
        try {
            var logback = new LoggerContext();
            logback.setMDCAdapter(new LogbackMDCAdapter());
            var appender = LoggingConfigurator.asyncAppender(logback, false);
            var logger = logback.getLogger("dev.boxcar.Some");
            logger.addAppender(appender);
            for (int i = 0; i < EVENTS; i++) {
                logger.info("event {}", i); // would hang here if it waited
            }
            terminal.free.countDown();
            logback.stop();
        } finally {
            System.setErr(before);
        }

        long events = terminal.toString()
                .lines()
                .filter(line -> line.contains("event "))
                .count();
        assertThat(events).isBetween(8_192L, 2 * 8_192L + 1);
    }

    @Test
    void theEndOfTheLogWritesWhatIsQueued() {
        var terminal = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(terminal, true, UTF_8));
        try {
            var logback = new LoggerContext();
            logback.setMDCAdapter(new LogbackMDCAdapter());
            var logger = logback.getLogger("dev.boxcar.Some");
            logger.addAppender(LoggingConfigurator.asyncAppender(logback, true));
            for (int i = 0; i < 1_000; i++) {
                logger.info("event {}", i);
            }
            Thread.currentThread().interrupt(); // an interrupted thread waits for the lines all the same
            logback.stop();
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            System.setErr(before);
        }

        assertThat(terminal.toString(UTF_8).lines())
                .hasSize(1_000)
                .last()
                .asString()
                .contains("\"event 999\"");
    }

    @Test
    void controlCharactersCannotForgeALine() {
        var event = new LoggingEvent(
                "", new LoggerContext().getLogger("dev.boxcar.Some"), Level.INFO, "C: NOOP\r\nx\u001b[2J", null, null);

        assertThat(new TextLineLayout().doLayout(event))
                .endsWith("INFO Some: C: NOOP\\r\\nx\\u001b[2J\n")
                .hasLineCount(1);
    }

    private static final class StuckTerminal extends OutputStream {
        final CountDownLatch free = new CountDownLatch(1);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            await();
            written.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            await();
            written.write(bytes, from, length);
        }

        private void await() {
            try {
                free.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public String toString() {
            return written.toString(UTF_8);
        }
    }
}
