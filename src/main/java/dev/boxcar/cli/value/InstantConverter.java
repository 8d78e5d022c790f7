// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import dev.boxcar.unit.DurationParser;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a point in time: {@code 2026-11-22}, {@code 2026-11-22T09:30}, {@code 2026-11-22T09:30:00Z}, {@code …+01:00},
 * or a duration with a unit, which is counted back from now ({@code 2h}, {@code 7d}). Without a zone it is UTC, as
 * {@code spool ls} prints it. A date means its midnight.
 */
public final class InstantConverter implements ITypeConverter<Instant> {
    private final Clock clock;

    /** For picocli: durations are counted back from now. */
    public InstantConverter() {
        this(Clock.systemUTC());
    }

    /** Durations are counted back from this clock's time. */
    public InstantConverter(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        try {
            Duration ago = DurationParser.parseWithUnit(text);
            return ago == null
                    ? instant(text.strip().replace(' ', 'T'))
                    : clock.instant().minus(ago);
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException("invalid time '" + text
                    + "' (examples: 2026-11-22, 2026-11-22T09:30:00Z, or 2h or 7d, which mean that long ago)");
        }
    }

    private static Instant instant(String text) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        boolean hasZone = text.endsWith("Z") || text.matches(".*[+-]\\d\\d(:?\\d\\d)?");
        return hasZone
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
}
