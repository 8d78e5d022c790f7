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
 * Points in time as people write them. Immutable.
 *
 * @param zone of what names none
 * @param now where spans of time end
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

    Instant read(String term, String text) throws QueryException {
        try {
            return read(text.strip());
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new QueryException(term
                    + " takes a time such as 2026-01-31, \"2026-01-31 09:30\" or 3d (three days ago), not " + text);
        }
    }

    private Instant read(String text) {
        Duration ago = DurationParser.parseWithUnit(text);
        if (ago != null) {
            return now.minus(ago);
        }
        if (EPOCH.matcher(text).matches()) {
            long number = Long.parseLong(text);
            return text.length() > 10 ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
        }
        if (text.matches("\\d{4}-\\d{2}")) {
            return start(YearMonth.parse(text).atDay(1));
        }
        if (text.matches(".*\\d[T ].*(?:[Zz]|[+-]\\d{2}:\\d{2})")) {
            return OffsetDateTime.parse(text.replace(' ', 'T').toUpperCase(Locale.ROOT))
                    .toInstant();
        }
        Matcher both = DATE_AND_TIME.matcher(text);
        if (both.matches()) {
            String time = both.group(2).indexOf(':') == 1 ? "0" + both.group(2) : both.group(2);
            return LocalDateTime.of(date(both.group(1).strip()), LocalTime.parse(time))
                    .atZone(zone)
                    .toInstant();
        }
        return start(date(text));
    }

    private Instant start(LocalDate date) {
        return date.atStartOfDay(zone).toInstant();
    }

    private static LocalDate date(String text) {
        return DATES.stream()
                .map(format -> date(text, format))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new DateTimeException("no date"));
    }

    private static @Nullable LocalDate date(String text, DateTimeFormatter format) {
        try {
            return LocalDate.parse(text, format);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
