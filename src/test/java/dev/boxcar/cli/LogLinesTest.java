// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

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

/** The log's promises to those who write it and those who read it. */
@Timeout(60)
class LogLinesTest {
    /** More than the queue and the hand of the writing thread hold together. */
    private static final int EVENTS = 20_000;

    @Test
    void whoLogsNeverWaitsForTheTerminalAndTheLossIsTold() {
        var terminal = new StuckTerminal();
        PrintStream before = System.err;
        System.setErr(new PrintStream(terminal, true, UTF_8));
        try {
            var logback = new LoggerContext();
            logback.setMDCAdapter(new LogbackMDCAdapter());
            var lines = new LogLines(logback, false);
            lines.start();
            var logger = logback.getLogger("dev.boxcar.Some");
            logger.addAppender(lines);
            for (int i = 0; i < EVENTS; i++) {
                logger.info("event {}", i); // would wait for ever here
            }
            terminal.free.countDown();
            logback.stop();
            lines.stop();
        } finally {
            System.setErr(before);
        }

        String written = terminal.toString();
        long events = written.lines().filter(line -> line.contains("event ")).count();
        assertThat(events).isBetween(8_192L, 2 * 8_192L + 1);
        assertThat(written).contains("WARN LogLines: log events lost=" + (EVENTS - events));
    }

    @Test
    void whatAStrangerSentCannotForgeALine() {
        var event = new LoggingEvent(
                "", new LoggerContext().getLogger("dev.boxcar.Some"), Level.INFO, "C: NOOP\r\nx\u001b[2J", null, null);

        assertThat(new TextLine().doLayout(event))
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
