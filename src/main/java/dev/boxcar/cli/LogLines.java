// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands events to a thread that writes them to standard error. Never blocks the thread that logs: when the queue is full the event is
 * dropped and counted, and the writing thread says how many were lost as soon as it gets on.
 */
final class LogLines extends AsyncAppender {
    private static final int QUEUE_EVENTS = 8192;
    private static final int FLUSH_MILLIS_AT_END = 2000;

    private final AtomicLong lost = new AtomicLong();

    LogLines(LoggerContext logback, boolean json) {
        setContext(logback);
        setName("stderr");
        setQueueSize(QUEUE_EVENTS);
        setDiscardingThreshold(0); // no level is dropped while there is room
        setNeverBlock(true);
        setMaxFlushTime(FLUSH_MILLIS_AT_END);
        addAppender(new Writer(logback, json ? json(logback) : text(logback)));
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (getRemainingCapacity() == 0) {
            lost.incrementAndGet();
            return;
        }
        super.append(event);
    }

    private static Encoder<ILoggingEvent> text(LoggerContext logback) {
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(logback);
        encoder.setCharset(StandardCharsets.UTF_8);
        var line = new TextLine();
        line.setContext(logback);
        line.start();
        encoder.setLayout(line);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext logback) {
        var encoder = new JsonEncoder();
        encoder.setContext(logback);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMDC(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }

    /** Runs on the writing thread alone. */
    private final class Writer extends ConsoleAppender<ILoggingEvent> {
        private final LoggerContext logback;

        Writer(LoggerContext logback, Encoder<ILoggingEvent> encoder) {
            this.logback = logback;
            setContext(logback);
            setTarget("System.err");
            setEncoder(encoder);
            start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            super.append(event);
            long number = lost.getAndSet(0);
            if (number > 0) {
                var logger = logback.getLogger(LogLines.class);
                super.append(new LoggingEvent(
                        LogLines.class.getName(), logger, Level.WARN, "log events lost=" + number, null, null));
            }
        }
    }
}
