// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import dev.boxcar.unit.DurationParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads points in time as people write them. Immutable.
 *
 * @param zone the time zone of dates without one
 * @param now the time from which ages such as {@code 3d} are counted back
 */
record TimeParser(ZoneId zone, Instant now) {
    private static final Pattern EPOCH = Pattern.compile("\\d{9,13}");
    private static final List<DateTimeFormatter> DATES = List.of(
            DateTimeFormatter.ISO_LOCAL_DATE,
            DateTimeFormatter.ofPattern("uuuu-M-d"),
            DateTimeFormatter.ofPattern("uuuu/M/d"),
            DateTimeFormatter.ofPattern("uuuu.M.d"),
            DateTimeFormatter.ofPattern("M/d/uuuu"),
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("MMM d, uuuu", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("MMMM d, uuuu", Locale.ENGLISH),
            DateTimeFormatter.BASIC_ISO_DATE);
    private static final Pattern DATE_AND_TIME =
            Pattern.compile("(.+?)[T ](\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)");

    Instant parse(String term, String text) throws QueryException {
        try {
            return parse(text.strip());
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new QueryException(term
                    + " takes a time such as 2026-01-31, \"2026-01-31 09:30\" or 3d (three days ago), not " + text);
        }
    }

    private Instant parse(String text) {
        Duration ago = DurationParser.parseWithUnit(text);
        if (ago != null) {
            return now.minus(ago);
        }
        if (EPOCH.matcher(text).matches()) {
            long number = Long.parseLong(text);
            return text.length() > 10 ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
        }
        if (text.matches("\\d{4}-\\d{2}")) {
            return startOfDay(YearMonth.parse(text).atDay(1));
        }
        if (text.matches(".*\\d[T ].*(?:[Zz]|[+-]\\d{2}:\\d{2})")) {
            return OffsetDateTime.parse(text.replace(' ', 'T').toUpperCase(Locale.ROOT))
                    .toInstant();
        }
        Matcher dateAndTime = DATE_AND_TIME.matcher(text);
        if (dateAndTime.matches()) {
            String time = dateAndTime.group(2).indexOf(':') == 1 ? "0" + dateAndTime.group(2) : dateAndTime.group(2);
            return LocalDateTime.of(date(dateAndTime.group(1).strip()), LocalTime.parse(time))
                    .atZone(zone)
                    .toInstant();
        }
        return startOfDay(date(text));
    }

    private Instant startOfDay(LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }

    private static LocalDate date(String text) {
        return DATES.stream()
                .map(format -> date(text, format))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new DateTimeException("unknown format"));
    }

    private static @Nullable LocalDate date(String text, DateTimeFormatter format) {
        try {
            return LocalDate.parse(text, format);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
