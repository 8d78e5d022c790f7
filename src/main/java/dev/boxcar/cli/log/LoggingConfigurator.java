// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;

/**
 * Configures logback in Java, which starts several times faster than XML. Logback finds this class through
 * {@code META-INF/services}. It does nothing if {@link Logging#LEVEL} is not set, so that Boxcar does not change the
 * log of a program that uses it as a library.
 */
public final class LoggingConfigurator extends ContextAwareBase implements Configurator {
    private static final int QUEUE_EVENTS = 8192;
    private static final int MAX_FLUSH_MILLIS = 2000;

    /** For the service loader. */
    public LoggingConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        if (System.getProperty(Logging.LEVEL) == null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        System.setProperty(Logging.CONFIGURED, "true");
        logback.putProperty(Logging.LEVEL, System.getProperty(Logging.LEVEL));
        logback.putProperty(Logging.FORMAT, System.getProperty(Logging.FORMAT, "text"));

        boolean json = "json".equals(logback.getProperty(Logging.FORMAT));
        var root = logback.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(logback.getProperty(Logging.LEVEL), Level.INFO));
        root.addAppender(asyncAppender(logback, json));
        logback.getLogger("org.eclipse.jetty").setLevel(Level.WARN); // Jetty logs each start at INFO
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Whether this context was configured with the present values of the system properties. */
    static boolean hasCurrentSettings(LoggerContext logback) {
        return System.getProperty(Logging.LEVEL).equals(logback.getProperty(Logging.LEVEL))
                && System.getProperty(Logging.FORMAT).equals(logback.getProperty(Logging.FORMAT));
    }

    /**
     * An appender that queues events for a background thread, which writes them to standard error. It never blocks the
     * thread that logs: it drops events while the queue is full. When it stops, it writes what is queued.
     */
    static AsyncAppender asyncAppender(LoggerContext logback, boolean json) {
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(logback);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(json ? jsonEncoder(logback) : textEncoder(logback));
        console.start();

        var async = new AsyncAppender();
        async.setContext(logback);
        async.setName("log");
        async.setQueueSize(QUEUE_EVENTS);
        async.setDiscardingThreshold(0); // a nearly full queue still takes INFO
        async.setNeverBlock(true);
        async.setMaxFlushTime(MAX_FLUSH_MILLIS);
        async.addAppender(console);
        async.start();
        return async;
    }

    private static Encoder<ILoggingEvent> textEncoder(LoggerContext logback) {
        var layout = new TextLineLayout();
        layout.setContext(logback);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(logback);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> jsonEncoder(LoggerContext logback) {
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
}
