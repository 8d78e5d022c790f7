// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Dates as they stand in the header of a message (RFC 5322 §3.3): {@code Mon, 30 Nov 2026 10:00:00 +0000}. Any thread.
 */
public final class HeaderDate {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.US);

    private HeaderDate() {}

    /** The date in UTC. */
    public static String of(Instant time) {
        return FORMAT.format(time.atOffset(ZoneOffset.UTC));
    }

    /** The date in the time's own zone. */
    public static String of(ZonedDateTime time) {
        return FORMAT.format(time);
    }
}
