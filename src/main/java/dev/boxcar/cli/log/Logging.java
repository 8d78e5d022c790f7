// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.log;

import ch.qos.logback.classic.LoggerContext;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * Starts and ends the program's log. The settings are system properties, because logback creates
 * {@link LoggingConfigurator} itself. Called by the main thread and the shutdown hook.
 */
public final class Logging {
    /** The system property with the level; set by {@link #prepare}, or by a test run. */
    static final String LEVEL = "boxcar.log.level";
    /** The system property with the format. */
    static final String FORMAT = "boxcar.log.format";
    /** The system property that {@link LoggingConfigurator} sets once the log is configured. */
    static final String CONFIGURED = "boxcar.log.configured";

    /** The least important events that are logged. */
    public enum Level {
        /** Only faults of the program itself. */
        ERROR,
        /** Also problems of the machine. */
        WARN,
        /** Also starting, stopping, and one line per message. */
        INFO,
        /** Also every command and reply. */
        DEBUG
    }

    /** How a line looks. */
    public enum Format {
        /** Time, level, class, text. */
        TEXT,
        /** One JSON object. */
        JSON
    }

    private Logging() {}

    /** Stores the settings for the first event that is logged. A command that logs nothing never loads logback. */
    public static void prepare(Level level, Format format) {
        System.setProperty(LEVEL, level.name().toLowerCase(Locale.ROOT));
        System.setProperty(FORMAT, format.name().toLowerCase(Locale.ROOT));
    }

    /** Starts the log, or restarts it with other settings. Earlier events were logged with the earlier settings. */
    public static void begin(Level level, Format format) {
        prepare(level, format);
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback
                && !LoggingConfigurator.hasCurrentSettings(logback)) {
            logback.reset();
            new LoggingConfigurator().configure(logback);
        }
    }

    /** Writes all queued lines and ends the log: later events are dropped. */
    public static void end() {
        if (Boolean.getBoolean(CONFIGURED) && LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.stop();
        }
    }
}
