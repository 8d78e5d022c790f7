// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands events to a thread that writes them to standard error. Never blocks the thread that logs: when the queue is
 * full the event is dropped and counted, and the writing thread says how many were lost as soon as it gets on.
 *
 * <p>As logback's {@code AsyncAppender}, which joins texts in a way that is linked anew at each start: some 15 ms of
 * it.
 */
final class LogLines extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final int QUEUE_EVENTS = 8192;
    private static final int FLUSH_MILLIS_AT_END = 2000;

    private final BlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
    private final AtomicLong lost = new AtomicLong();
    private final Writer writer;
    private final Thread thread;

    LogLines(LoggerContext logback, boolean json) {
        setContext(logback);
        setName("stderr");
        writer = new Writer(logback, json ? json(logback) : text(logback));
        thread = new Thread(this::write, "log");
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        thread.start();
    }

    /** Gives what is queued a time to be written. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        thread.interrupt();
        boolean interrupted = Thread.interrupted(); // an interrupt of ours would cut the last lines off
        try {
            thread.join(FLUSH_MILLIS_AT_END);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        writer.stop();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            lost.incrementAndGet();
        }
    }

    /** The writing thread: until it is interrupted, and then what is left. */
    private void write() {
        try {
            while (true) {
                writer.doAppend(queue.take());
            }
        } catch (InterruptedException e) {
            for (ILoggingEvent left = queue.poll(); left != null; left = queue.poll()) {
                writer.doAppend(left);
            }
        }
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
