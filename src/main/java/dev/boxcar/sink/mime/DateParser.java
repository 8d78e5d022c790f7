// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dates of header fields: those of RFC 5322 §3.3, the obsolete ones of §4.3 with comments and white space
 * anywhere, and those of C's {@code asctime} and ISO 8601, which programs also send.
 */
public final class DateParser {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    /** The first letters of months in other languages of Europe, where they differ from the English ones. */
    private static final Map<String, Integer> FOREIGN_MONTHS = Map.ofEntries(
            Map.entry("ene", 1),
            Map.entry("gen", 1),
            Map.entry("fev", 2),
            Map.entry("mrt", 3),
            Map.entry("abr", 4),
            Map.entry("avr", 4),
            Map.entry("mag", 5),
            Map.entry("mai", 5),
            Map.entry("maj", 5),
            Map.entry("mei", 5),
            Map.entry("giu", 6),
            Map.entry("lug", 7),
            Map.entry("ago", 8),
            Map.entry("set", 9),
            Map.entry("okt", 10),
            Map.entry("ott", 10),
            Map.entry("out", 10),
            Map.entry("des", 12),
            Map.entry("dez", 12),
            Map.entry("dic", 12));

    /** The names of RFC 5322 §4.3, and other names that mean only one zone. The rest mean UTC, as the RFC says. */
    private static final Map<String, String> ZONES = Map.ofEntries(
            Map.entry("edt", "-04:00"),
            Map.entry("est", "-05:00"),
            Map.entry("cdt", "-05:00"),
            Map.entry("cst", "-06:00"),
            Map.entry("mdt", "-06:00"),
            Map.entry("mst", "-07:00"),
            Map.entry("pdt", "-07:00"),
            Map.entry("pst", "-08:00"),
            Map.entry("cet", "+01:00"),
            Map.entry("cest", "+02:00"),
            Map.entry("met", "+01:00"),
            Map.entry("mest", "+02:00"),
            Map.entry("eet", "+02:00"),
            Map.entry("eest", "+03:00"),
            Map.entry("west", "+01:00"),
            Map.entry("msk", "+03:00"),
            Map.entry("jst", "+09:00"),
            Map.entry("kst", "+09:00"),
            Map.entry("aest", "+10:00"),
            Map.entry("aedt", "+11:00"),
            Map.entry("nzst", "+12:00"),
            Map.entry("nzdt", "+13:00"));

    private static final Pattern ISO_8601 =
            Pattern.compile("(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})(?:[T ]\\s*(\\d.*))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern TIME = Pattern.compile("(\\d{1,2})[:.](\\d{1,2})(?:[:.](\\d{1,2})(?:[.,]\\d+)?)?(.*)");
    private static final Pattern OFFSET =
            Pattern.compile("(?:utc?|gmt)?([+-])(\\d{1,2}):?(\\d{2})?", Pattern.CASE_INSENSITIVE);
    private static final int NO_MONTH = 0;
    private static final int MAX_CHARACTERS = 1000;

    private DateParser() {}

    /** The moment that the value of a date field names, or null if it is malformed. Throws nothing. */
    public static @Nullable Instant parse(String value) {
        if (value.length() > MAX_CHARACTERS) {
            return null;
        }
        String plain = value.contains("=?") ? EncodedWords.decode(value) : value;
        String text = Comments.remove(plain).replaceAll("\\s+", " ").strip();
        try {
            Matcher iso = ISO_8601.matcher(text);
            if (iso.matches()) {
                LocalDate date = LocalDate.of(number(iso.group(1)), number(iso.group(2)), number(iso.group(3)));
                return at(
                        date,
                        iso.group(4) == null ? List.of() : List.of(iso.group(4).split(" ", -1)));
            }
            return parseFields(text);
        } catch (DateTimeException | NumberFormatException malformed) {
            return null;
        }
    }

    private static @Nullable Instant parseFields(String text) {
        var fields = new ArrayList<>(List.of(separateFields(text).split(" ", -1)));
        if (fields.size() > 2 && month(fields.get(0)) == NO_MONTH && !startsWithDigit(fields.get(0))) {
            fields.remove(0); // the day of the week
        }
        if (fields.size() < 3) {
            return null;
        }
        int month = month(fields.get(0));
        if (month != NO_MONTH) { // Mar 1 10:00:00 2024, Mar 1 10:00:00 CET 2024, Mar 1 2024 10:00:00
            fields.remove(0);
            int day = number(fields.remove(0));
            int yearAt = 0;
            while (yearAt < fields.size() - 1 && !fields.get(yearAt).matches("\\d{4}")) {
                yearAt++;
            }
            return at(LocalDate.of(year(fields.remove(yearAt)), month, day), fields);
        }
        month = month(fields.get(1));
        return month == NO_MONTH
                ? null
                : at(LocalDate.of(year(fields.get(2)), month, number(fields.get(0))), fields.subList(3, fields.size()));
    }

    /** Replaces commas, and hyphens and the dot within the date as in 1-Mar-2024 and 1. Mar 2024, by spaces. */
    private static String separateFields(String text) {
        return text.replace(',', ' ')
                .replaceAll("\\b(\\d{1,2})\\. ", "$1 ")
                .replaceAll("\\b(\\d{1,2})-([A-Za-z]{3,9})-(\\d{2,4})\\b", "$1 $2 $3")
                .replaceAll(" +", " ")
                .strip();
    }

    private static boolean startsWithDigit(String field) {
        return !field.isEmpty() && Character.isDigit(field.charAt(0));
    }

    private static int month(String field) {
        String name = field.toLowerCase(Locale.ROOT);
        String begin = name.substring(0, Math.min(3, name.length()));
        int index = MONTHS.indexOf(begin);
        return index < 0 ? FOREIGN_MONTHS.getOrDefault(begin, NO_MONTH) : index + 1;
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    /** RFC 5322 §4.3: two digits from 00 to 49 count from 2000; other two digits, and three digits, from 1900. */
    private static int year(String digits) {
        int year = number(digits);
        if (year < 0 || digits.length() > 4) {
            throw new DateTimeException("year " + digits);
        }
        return switch (digits.length()) {
            case 1, 2 -> year < 50 ? 2000 + year : 1900 + year;
            case 3 -> 1900 + year;
            default -> year;
        };
    }

    /** The moment on this date, at the time and in the zone that the fields give. */
    private static Instant at(LocalDate date, List<String> timeAndZone) {
        LocalTime time = LocalTime.MIDNIGHT;
        var rest = new ArrayList<>(timeAndZone);
        if (!rest.isEmpty()) {
            Matcher matcher = TIME.matcher(rest.remove(0));
            if (!matcher.matches()) {
                throw new DateTimeException("no time");
            }
            if (!matcher.group(4).isEmpty()) {
                rest.add(0, matcher.group(4)); // 10:00:00Z, 10:00:00+0200
            }
            boolean afternoon = !rest.isEmpty() && rest.get(0).equalsIgnoreCase("pm");
            boolean twelveHours = afternoon || (!rest.isEmpty() && rest.get(0).equalsIgnoreCase("am"));
            if (twelveHours) {
                rest.remove(0);
            }
            int hour = number(matcher.group(1));
            int second = matcher.group(3) == null ? 0 : number(matcher.group(3));
            time = LocalTime.of(
                    twelveHours ? hour % 12 + (afternoon ? 12 : 0) : hour,
                    number(matcher.group(2)),
                    second == 60 ? 59 : second); // a leap second
        }
        return OffsetDateTime.of(date, time, rest.isEmpty() ? ZoneOffset.UTC : zone(rest.get(0)))
                .toInstant();
    }

    private static ZoneOffset zone(String name) {
        Matcher offset = OFFSET.matcher(name.matches("\\d{4}") ? "+" + name : name);
        if (offset.matches()) {
            int minutes = offset.group(3) == null ? 0 : number(offset.group(3));
            int total = number(offset.group(2)) * 60 + minutes;
            return ZoneOffset.ofTotalSeconds(offset.group(1).equals("-") ? -60 * total : 60 * total);
        }
        String known = ZONES.get(name.toLowerCase(Locale.ROOT));
        return known == null ? ZoneOffset.UTC : ZoneOffset.of(known);
    }
}
