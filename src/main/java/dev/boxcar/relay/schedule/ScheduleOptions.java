// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.smtp.Envelope;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * How the scheduler works. Start from {@link #named}. Immutable.
 *
 * @param hostname the relay's name, for reports
 * @param retries when a message is tried again
 * @param maxConnections how many connections may be open to all destinations together
 * @param reports makes the envelope of a report from one to the sender of the message
 * @param clockMillis the wall clock: milliseconds since 1970. It may be set while the relay runs
 */
public record ScheduleOptions(
        String hostname,
        RetrySchedule retries,
        int maxConnections,
        UnaryOperator<Envelope> reports,
        LongSupplier clockMillis) {
    private static final int MAX_CONNECTIONS = 500;

    /** The usual retries and 500 connections. */
    public static ScheduleOptions named(String hostname) {
        return new ScheduleOptions(
                hostname, RetrySchedule.DEFAULTS, MAX_CONNECTIONS, UnaryOperator.identity(), System::currentTimeMillis);
    }

    /** Returns a copy with other {@link #retries}. */
    public ScheduleOptions withRetries(RetrySchedule other) {
        return new ScheduleOptions(hostname, other, maxConnections, reports, clockMillis);
    }

    /** Returns a copy with another {@link #maxConnections}. */
    public ScheduleOptions withMaxConnections(int number) {
        return new ScheduleOptions(hostname, retries, number, reports, clockMillis);
    }

    /** Returns a copy with other {@link #reports}. */
    public ScheduleOptions withReports(UnaryOperator<Envelope> envelopes) {
        return new ScheduleOptions(hostname, retries, maxConnections, envelopes, clockMillis);
    }

    /** Returns a copy with another {@link #clockMillis}. */
    public ScheduleOptions withClock(LongSupplier clock) {
        return new ScheduleOptions(hostname, retries, maxConnections, reports, clock);
    }
}
