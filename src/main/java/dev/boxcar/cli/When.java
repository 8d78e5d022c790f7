// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A moment as people write it: {@code 2026-11-22}, {@code 2026-11-22T09:30}, {@code 2026-11-22T09:30:00Z},
 * {@code …+01:00}, or how long ago, {@code 90s}, {@code 15m}, {@code 2h}, {@code 7d}. Without a zone it is UTC, as
 * {@code ls} shows it; a day begins at midnight.
 */
final class When implements ITypeConverter<Instant> {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private final Clock clock;

    /** For picocli. */
    When() {
        this(Clock.systemUTC());
    }

    When(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        var ago = AGO.matcher(text.strip());
        if (ago.matches()) {
            return clock.instant().minus(span(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        try {
            return moment(text.strip().replace(' ', 'T'));
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'" + text + "' is not a moment such as 2026-11-22, 2026-11-22T09:30:00Z, or 2h or 7d (ago)");
        }
    }

    private static Duration span(long number, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    private static Instant moment(String text) {
        if (text.indexOf('T') < 0) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        boolean hasZone = text.endsWith("Z") || text.matches(".*[+-]\\d\\d(:?\\d\\d)?");
        return hasZone
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
}
