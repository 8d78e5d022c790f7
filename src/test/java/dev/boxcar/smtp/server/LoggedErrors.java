// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/**
 * Overhears what is logged while it is open, for mistakes of ours: errors, and sessions that an exception of ours has
 * ended.
 */
final class LoggedErrors implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.boxcar");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    LoggedErrors() {
        appender.start();
        logger.setAdditive(false); // thousands of refused clients would hide what matters
        logger.addAppender(appender);
    }

    /** Fails when there was a mistake. */
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
