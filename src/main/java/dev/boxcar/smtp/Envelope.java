// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message travels in (RFC 5321 §2.3.1), and how it came: lines of {@code Key: value} in UTF-8, each ended by LF.
 *
 * <p>The text is the value: it is written as the commands are accepted, stored as it is, and read into richer values
 * only when somebody asks. Immutable; any thread.
 */
public final class Envelope {
    private final byte[] text;
    private final int length;

    private Envelope(byte[] text, int length) {
        this.text = text;
        this.length = length;
    }

    /** Takes the first {@code length} octets of {@code text} as they are; the caller does not change them afterwards. */
    public static Envelope of(byte[] text, int length) {
        if (length < 0 || length > text.length || (length > 0 && text[length - 1] != '\n')) {
            throw new IllegalArgumentException("an envelope is whole lines: length=" + length);
        }
        return new Envelope(text, length);
    }

    /** How many octets the text has. */
    public int length() {
        return length;
    }

    /** The text, read-only. */
    public ByteBuffer octets() {
        return ByteBuffer.wrap(text, 0, length).slice().asReadOnlyBuffer();
    }

    /** Puts the text into {@code target}, which has room for {@link #length()} octets. */
    public void putInto(ByteBuffer target) {
        target.put(text, 0, length);
    }

    /** The value of the first line with this key, or null where there is none. */
    public @Nullable String first(String key) {
        for (String line : lines()) {
            if (hasKey(line, key)) {
                return valueOf(line, key);
            }
        }
        return null;
    }

    /** The values of all lines with this key, in order. */
    public List<String> all(String key) {
        var values = new ArrayList<String>();
        for (String line : lines()) {
            if (hasKey(line, key)) {
                values.add(valueOf(line, key));
            }
        }
        return List.copyOf(values);
    }

    private List<String> lines() {
        return new String(text, 0, length, UTF_8).lines().toList();
    }

    private static boolean hasKey(String line, String key) {
        return line.startsWith(key) && line.startsWith(": ", key.length());
    }

    private static String valueOf(String line, String key) {
        return line.substring(key.length() + 2);
    }

    @Override
    public String toString() {
        return new String(text, 0, length, UTF_8);
    }
}
