// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Gives SLF4J a logback that {@link Logging} has set up, and nothing else: logback's own provider looks for
 * configurations and versions in the jar and puts together texts that nobody reads, which is four fifths of what the
 * log costs a start. {@link Logging#prepare} names this one to SLF4J; where Boxcar is a library it is not used.
 */
public final class LogProvider implements SLF4JServiceProvider {
    private static final String REQUESTED_API_VERSION = "2.0.99";

    private final LoggerContext logback = new LoggerContext();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final LogbackMDCAdapter context = new LogbackMDCAdapter();

    /** For SLF4J. */
    public LogProvider() {}

    @Override
    public void initialize() {
        logback.setName("default");
        logback.setMDCAdapter(context);
        new Logging().configure(logback);
        logback.start();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return logback;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return REQUESTED_API_VERSION;
    }
}
