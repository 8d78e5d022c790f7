// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/**
 * Captures the log while it is open, to find bugs of the server: errors, and sessions that ended with an unchecked
 * exception.
 */
final class LoggedErrors implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.boxcar");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LoggedErrors() {
        appender.start();
        logger.setAdditive(false); // thousands of refused clients would flood the log
        logger.addAppender(appender);
    }

    /** Fails if an error was logged. */
    void check() {
        for (ILoggingEvent event : appender.list) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR) || isException(event)) {
                throw new AssertionError(event.getFormattedMessage() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getClassName() + ": "
                                        + event.getThrowableProxy().getMessage()));
            }
        }
    }

    private static boolean isException(ILoggingEvent event) {
        Object[] arguments = event.getArgumentArray();
        return event.getLevel() == Level.WARN
                && arguments != null
                && Arrays.stream(arguments)
                        .anyMatch(argument -> String.valueOf(argument).startsWith("java.lang."));
    }

    @Override
    public void close() {
        logger.setAdditive(true);
        logger.detachAppender(appender);
        appender.stop();
    }
}
