// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * The program's log: one line an event on standard error, written by a thread of its own so that no event loop waits
 * for a terminal.
 *
 * <p>Logback finds this class as its {@link Configurator} service: a configuration in Java starts several times faster
 * than one in XML. Where Boxcar is a library in somebody else's program, {@link #LEVEL} is not set and this class
 * leaves logback alone.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    /** The system property that says how much is logged; set by {@code Main}, or by a test run. */
    static final String LEVEL = "boxcar.log.level";

    private static final String FORMAT = "boxcar.log.format";
    /** Set when the log is set up. */
    private static final String BEGUN = "boxcar.log.begun";

    /** How much is logged. */
    enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** How a line looks. */
    enum Format {
        TEXT,
        JSON
    }

    /** For the service loader. */
    public Logging() {}

    /**
     * Says how the log is to be when somebody first writes to it: a command that logs nothing does not wait for
     * logback.
     */
    static void prepare(Level level, Format format) {
        System.setProperty(LEVEL, level.name().toLowerCase(Locale.ROOT));
        System.setProperty(FORMAT, format.name().toLowerCase(Locale.ROOT));
        System.setProperty("slf4j.provider", LogProvider.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN"); // it would tell of the provider
    }

    /** Sets the log up, or anew. To be called early: what was logged before went by the settings before. */
    static void begin(Level level, Format format) {
        prepare(level, format);
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback && !isAsWanted(logback)) {
            logback.reset();
            new Logging().configure(logback);
        }
    }

    /** Writes out what is still queued; nothing is logged afterwards. */
    static void end() {
        if (Boolean.getBoolean(BEGUN) && LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.stop();
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        if (System.getProperty(LEVEL) == null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        System.setProperty(BEGUN, "true");
        logback.putProperty(LEVEL, System.getProperty(LEVEL));
        logback.putProperty(FORMAT, System.getProperty(FORMAT, "text"));

        var stderr = new LogLines(logback, isJson(logback));
        stderr.start();
        var root = logback.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(
                ch.qos.logback.classic.Level.toLevel(logback.getProperty(LEVEL), ch.qos.logback.classic.Level.INFO));
        root.addAppender(stderr);
        logback.getLogger("org.eclipse.jetty").setLevel(ch.qos.logback.classic.Level.WARN); // it tells of each start
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static boolean isAsWanted(LoggerContext logback) {
        return System.getProperty(LEVEL).equals(logback.getProperty(LEVEL))
                && System.getProperty(FORMAT).equals(logback.getProperty(FORMAT));
    }

    private static boolean isJson(LoggerContext logback) {
        return "json".equals(logback.getProperty(FORMAT));
    }
}
