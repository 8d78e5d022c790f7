// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.mime.charset.MailCharset;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a Content-Type or Content-Disposition field and its parameters (RFC 2045 §5.1, RFC 2231). Immutable.
 *
 * <p>Reads what programs send: values with spaces or parentheses but without quotation marks, quotation marks inside
 * quotation marks, backslashes that escape nothing. RFC 2231 applies only to names with a star; all other values are
 * taken as they are written.
 *
 * @param value what precedes the first parameter
 * @param parameters by name in lower case
 */
record MimeParameters(String value, Map<String, String> parameters) {
    /** The section number of a value that is not split into sections. */
    private static final int WHOLE_VALUE = 10_000;

    /** {@code name*}, {@code name*1} or {@code name*1*}. */
    private static final Pattern STARRED = Pattern.compile("([^*]+)\\*(?:(\\d{1,4})(\\*)?)?");

    private static final Pattern NEXT_PARAMETER = Pattern.compile("\\s+[A-Za-z][A-Za-z0-9*_-]*\\s*=");
    private static final Pattern FIRST_PARAMETER = Pattern.compile("\\s*+[A-Za-z][A-Za-z0-9*_-]*+\\s*+=");
    private static final Pattern PARAMETER_AFTER_VALUE = Pattern.compile("(?<!\\s)\\s++[A-Za-z][A-Za-z0-9*_-]*+\\s*+=");
    private static final Pattern AFTER_CLOSING_MARK = Pattern.compile("\\s*(?:$|[;(])|" + NEXT_PARAMETER);

    /** A section of a parameter. */
    private record Section(String value, boolean encoded) {}

    /** Reads a field's value. Throws nothing. */
    static MimeParameters of(String text) {
        int end = endOfValue(text);
        String value = Comments.remove(text.substring(0, Math.max(0, end))).strip();
        var plain = new HashMap<String, String>();
        var starred = new HashMap<String, TreeMap<Integer, Section>>();
        int at = end;
        while (at < text.length()) {
            at = readParameter(text, at + 1, plain, starred);
        }
        starred.forEach((name, sections) -> plain.put(name, join(sections)));
        return new MimeParameters(value, Map.copyOf(plain));
    }

    /** Where the first parameter begins: the index of the semicolon or space before it; -1 if there is no value. */
    private static int endOfValue(String text) {
        int semicolon = text.indexOf(';');
        int end = semicolon < 0 ? text.length() : semicolon;
        if (text.indexOf('=') < 0 || text.indexOf('=') > end) {
            return end;
        }
        if (FIRST_PARAMETER.matcher(text).lookingAt()) {
            return -1;
        }
        Matcher parameter = PARAMETER_AFTER_VALUE.matcher(text).region(0, end);
        return parameter.find() ? parameter.start() : end;
    }

    /** Reads one parameter. Returns the index of the semicolon after it, or the end. */
    private static int readParameter(
            String text, int from, Map<String, String> plain, Map<String, TreeMap<Integer, Section>> starred) {
        int equals = text.indexOf('=', from);
        int semicolon = text.indexOf(';', from);
        if (equals < 0 || (semicolon >= 0 && semicolon < equals)) {
            return semicolon < 0 ? text.length() : semicolon;
        }
        String name = Comments.remove(text.substring(from, equals)).strip().toLowerCase(Locale.ROOT);
        int begin = equals + 1;
        while (begin < text.length() && Character.isWhitespace(text.charAt(begin))) {
            begin++;
        }
        var value = new StringBuilder();
        int end = begin < text.length() && text.charAt(begin) == '"'
                ? readQuoted(text, begin + 1, value)
                : readUnquoted(text, begin, value);
        Matcher star = STARRED.matcher(name);
        if (star.matches()) {
            boolean encoded = star.group(2) == null || star.group(3) != null;
            int section = star.group(2) == null ? WHOLE_VALUE : Integer.parseInt(star.group(2));
            starred.computeIfAbsent(star.group(1), any -> new TreeMap<>())
                    .putIfAbsent(section, new Section(value.toString(), encoded));
        } else if (!name.isEmpty()) {
            plain.putIfAbsent(name, value.toString());
        }
        return end;
    }

    private static int readUnquoted(String text, int begin, StringBuilder value) {
        int end = text.indexOf(';', begin);
        int stop = end < 0 ? text.length() : end;
        String raw = text.substring(begin, stop).strip();
        int comment = raw.indexOf(" (");
        // a comment at the end; parentheses elsewhere are part of the value
        boolean endsInComment = comment > 0 && raw.endsWith(")") && raw.indexOf(')') == raw.length() - 1;
        value.append(endsInComment ? raw.substring(0, comment).strip() : raw);
        return stop;
    }

    /** The value ends at a quotation mark before a semicolon, a comment or the end; others are part of it. */
    private static int readQuoted(String text, int begin, StringBuilder value) {
        int lastClosing = lastClosingMark(text, begin);
        for (int i = begin; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && !Character.isLetterOrDigit(text.charAt(i + 1))) {
                value.append(text.charAt(++i)); // before a letter or digit a backslash is literal: C:\temp
            } else if (c == '"' && (i >= lastClosing || isClosing(text, i))) {
                return endOfParameter(text, i + 1);
            } else {
                value.append(c);
            }
        }
        return text.length();
    }

    private static int lastClosingMark(String text, int begin) {
        return Math.max(begin, text.lastIndexOf('"'));
    }

    private static boolean isClosing(String text, int mark) {
        return AFTER_CLOSING_MARK.matcher(text).region(mark + 1, text.length()).lookingAt();
    }

    /** The next semicolon; or, if that was forgotten, the space before the next parameter. */
    private static int endOfParameter(String text, int from) {
        if (NEXT_PARAMETER.matcher(text).region(from, text.length()).lookingAt()) {
            return from;
        }
        int semicolon = text.indexOf(';', from);
        return semicolon < 0 ? text.length() : semicolon;
    }

    /** Joins the sections of a value (RFC 2231 §3 and §4), in order of their numbers; missing ones are left out. */
    private static String join(TreeMap<Integer, Section> sections) {
        Section whole = sections.get(WHOLE_VALUE);
        var joined = new StringBuilder();
        var encoded = new ByteArrayOutputStream();
        String label = "";
        boolean first = true;
        Iterable<Section> used = whole == null ? sections.values() : List.of(whole);
        for (Section section : used) {
            String value = section.value();
            if (section.encoded()) {
                if (first) {
                    String[] parts = value.split("'", 3);
                    label = parts.length == 3 ? parts[0] : "";
                    value = parts.length == 3 ? parts[2] : value;
                }
                decodePercent(value, encoded);
            } else {
                flush(encoded, label, joined);
                joined.append(value);
            }
            first = false;
        }
        flush(encoded, label, joined);
        return joined.toString();
    }

    private static void flush(ByteArrayOutputStream encoded, String label, StringBuilder target) {
        if (encoded.size() > 0) {
            target.append(MailCharset.decode(label, encoded.toByteArray(), encoded.size()));
            encoded.reset();
        }
    }

    /** Decodes %XX; a percent sign before anything else means itself. */
    private static void decodePercent(String value, ByteArrayOutputStream target) {
        for (int i = 0; i < value.length(); i++) {
            int decoded = value.charAt(i) == '%' ? EncodedWords.hexByte(value, i + 1) : -1;
            if (decoded >= 0) {
                target.write(decoded);
                i += 2;
            } else {
                String character = Character.toString(value.codePointAt(i));
                target.writeBytes(character.getBytes(UTF_8));
                i += character.length() - 1;
            }
        }
    }

    /** The parameter, or an empty text. */
    String get(String name) {
        return parameters.getOrDefault(name, "");
    }

    /**
     * The parameter as the name of a file, without directories. Encoded words are decoded, although RFC 2047 §5 forbids
     * them there, because many programs send them.
     */
    String fileName(String name) {
        String file = Headers.oneLine(EncodedWords.decode(get(name))).strip();
        return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    }
}
