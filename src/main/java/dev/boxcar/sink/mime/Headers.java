// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import dev.boxcar.sink.mime.charset.MailCharset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.mime4j.util.ByteSequence;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message or part, in their order (RFC 5322 §2.2). Values are unfolded; bytes beyond ASCII are
 * UTF-8, or else in the character set of the Content-Type field, or else windows-1252. Immutable.
 */
public final class Headers {
    /** No fields. */
    public static final Headers NONE = new Headers(List.of());

    private static final Pattern MESSAGE_ID = Pattern.compile("<([^<>]+)>");
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final List<Field> fields;

    /** A field: its name, and its value unfolded and otherwise as it is written. */
    public record Field(String name, String value) {
        static Field of(org.apache.james.mime4j.stream.Field field) {
            return of(field, null);
        }

        private static Field of(org.apache.james.mime4j.stream.Field field, @Nullable MailCharset otherwise) {
            ByteSequence raw = field.getRaw();
            if (raw == null) {
                return new Field(field.getName(), field.getBody());
            }
            String line = MailCharset.guess(raw.toByteArray(), raw.length(), otherwise);
            String value = unfold(line, line.indexOf(':') + 1);
            return new Field(field.getName(), value.startsWith(BYTE_ORDER_MARK) ? value.substring(1) : value);
        }

        /** The value with its encoded words decoded, on one line. */
        public String decoded() {
            return oneLine(EncodedWords.decode(value)).strip();
        }
    }

    private Headers(List<Field> fields) {
        this.fields = fields;
    }

    /** The fields of a header as they were read; {@code label} is the character set of the text, or empty. */
    static Headers of(List<org.apache.james.mime4j.stream.Field> read, String label) {
        MailCharset otherwise = label.isEmpty() ? null : MailCharset.of(label);
        return new Headers(
                read.stream().map(field -> Field.of(field, otherwise)).toList());
    }

    /** All fields, in order. */
    public List<Field> fields() {
        return fields;
    }

    /** The value of the first field of this name, whose case does not matter; empty if there is no such field. */
    public String first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return "";
    }

    /** The first field of this name with its encoded words decoded, on one line. */
    public String decoded(String name) {
        return oneLine(EncodedWords.decode(first(name))).strip();
    }

    /** The Message-ID without its angle brackets and what surrounds them; empty if there is none. */
    public String messageId() {
        String value = decoded("Message-ID");
        Matcher id = MESSAGE_ID.matcher(value);
        return id.find() ? id.group(1).strip() : value;
    }

    /** The values of all fields of this name, whose case does not matter. */
    public List<String> all(String name) {
        var values = new ArrayList<String>();
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                values.add(field.value());
            }
        }
        return values;
    }

    /** The addresses of all fields of this name. */
    public List<Address> addresses(String name) {
        var addresses = new ArrayList<Address>();
        all(name).forEach(value -> addresses.addAll(Address.parse(value)));
        return addresses;
    }

    /**
     * Values by name in canonical case ({@code Message-Id}, {@code X-Tags}), names in the order of their first field.
     */
    public Map<String, List<String>> byName() {
        var byName = new LinkedHashMap<String, List<String>>();
        for (Field field : fields) {
            byName.computeIfAbsent(canonical(field.name()), name -> new ArrayList<>())
                    .add(field.value());
        }
        return byName;
    }

    /** The name with a capital at its beginning and after each hyphen, as MIME libraries list it. */
    static String canonical(String name) {
        var canonical = new StringBuilder(name.length());
        boolean begins = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            canonical.append(begins ? upper(c) : lower(c));
            begins = c == '-';
        }
        return canonical.toString();
    }

    private static char upper(char c) {
        return c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    /** Removes line ends (RFC 5322 §2.2.3). */
    private static String unfold(String line, int from) {
        var value = new StringBuilder(line.length() - from);
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\r' && c != '\n') {
                value.append(c);
            }
        }
        return value.toString().strip();
    }

    /** Replaces each control character, line ends among them, by a space. */
    static String oneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                var line = new StringBuilder(text);
                for (int k = i; k < line.length(); k++) {
                    if (Character.isISOControl(line.charAt(k))) {
                        line.setCharAt(k, ' ');
                    }
                }
                return line.toString();
            }
        }
        return text;
    }
}
