// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header fields of a message or part, in the order in which they stand (RFC 5322 §2.2). Values are unfolded; bytes
 * beyond ASCII are read as UTF-8 where they are that, else as windows-1252. Immutable.
 */
public final class Headers {
    /** No field at all. */
    public static final Headers NONE = new Headers(List.of());

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    private final List<Field> fields;

    /** One field: its name as it stands there, its value unfolded and otherwise as it stands there. */
    public record Field(String name, String value) {
        /** The value with its encoded words decoded, on one line. */
        public String decoded() {
            return oneLine(EncodedWords.decode(value)).strip();
        }
    }

    Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /** All of them, in order. */
    public List<Field> fields() {
        return fields;
    }

    /** The value of the first field of this name, in any case, or an empty text. */
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

    /** The values of all fields of this name, in any case. */
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

    /** The name with a capital at its beginning and behind each hyphen, all else small, as MIME libraries list it. */
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

    /** Bytes of a header as text. */
    static String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, WINDOWS_1252);
        }
    }

    /** The text with each control, line ends among them, as a space. */
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
