// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * A day of a domain, in UTC (RFC 8460 §4.1). Immutable.
 *
 * @param domain in ASCII and lower case
 */
record DomainDay(LocalDate day, String domain) {
    /** The first second. */
    Instant start() {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The first second of the next day. */
    Instant end() {
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
