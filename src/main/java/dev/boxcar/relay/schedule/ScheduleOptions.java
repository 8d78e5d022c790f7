// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.smtp.Envelope;
import java.util.function.UnaryOperator;

/**
 * How the scheduler works. Start from {@link #named}. Immutable.
 *
 * @param hostname the relay's name, for reports
 * @param retries when a message is tried again
 * @param maxConnections how many connections may be open to all destinations together
 * @param reports makes the envelope of a report from one to the sender of the message
 */
public record ScheduleOptions(
        String hostname, RetrySchedule retries, int maxConnections, UnaryOperator<Envelope> reports) {
    private static final int MAX_CONNECTIONS = 500;

    /** The usual retries and 500 connections. */
    public static ScheduleOptions named(String hostname) {
        return new ScheduleOptions(hostname, RetrySchedule.DEFAULTS, MAX_CONNECTIONS, UnaryOperator.identity());
    }

    /** Returns a copy with other {@link #retries}. */
    public ScheduleOptions withRetries(RetrySchedule other) {
        return new ScheduleOptions(hostname, other, maxConnections, reports);
    }

    /** Returns a copy with another {@link #maxConnections}. */
    public ScheduleOptions withMaxConnections(int number) {
        return new ScheduleOptions(hostname, retries, number, reports);
    }

    /** Returns a copy with other {@link #reports}. */
    public ScheduleOptions withReports(UnaryOperator<Envelope> other) {
        return new ScheduleOptions(hostname, retries, maxConnections, other);
    }
}
