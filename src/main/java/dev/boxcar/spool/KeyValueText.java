// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The text of a record: lines of {@code Key: value} in UTF-8, each ended by LF. A STATE record begins with a line
 * {@code Namespace: …}, a DONE record has one line {@code Reason: …}. Immutable; any thread.
 */
public final class KeyValueText {
    /** The key of the first line of a STATE record. */
    public static final String NAMESPACE = "Namespace";

    /** The key of the line of a DONE record. */
    public static final String REASON = "Reason";

    private final byte[] text;

    private KeyValueText(byte[] text) {
        this.text = text;
    }

    /**
     * Text with one line per entry, in the map's order.
     *
     * @throws IllegalArgumentException if a key is empty or has a colon, or a key or value has a line end
     */
    public static KeyValueText of(Map<String, String> values) {
        var lines = new StringBuilder();
        values.forEach((key, value) -> append(lines, key, value));
        return new KeyValueText(lines.toString().getBytes(UTF_8));
    }

    /** Text of one line. */
    public static KeyValueText of(String key, String value) {
        return of(Map.of(key, value));
    }

    /** The lines of an envelope. */
    public static KeyValueText of(Envelope envelope) {
        var bytes = new byte[envelope.length()];
        envelope.putInto(ByteBuffer.wrap(bytes));
        return new KeyValueText(bytes);
    }

    /**
     * Takes these bytes as they are; the caller does not change them afterwards.
     *
     * @throws IllegalArgumentException if the last line has no LF
     */
    public static KeyValueText parse(byte[] text) {
        if (text.length > 0 && text[text.length - 1] != '\n') {
            throw new IllegalArgumentException("the last line does not end with LF");
        }
        return new KeyValueText(text);
    }

    /** The lines; the caller does not change them. */
    public byte[] bytes() {
        return text;
    }

    /**
     * This text with another line before it.
     *
     * @throws IllegalArgumentException if the key is empty or has a colon, or key or value has a line end
     */
    public KeyValueText withFirst(String key, String value) {
        var line = new StringBuilder();
        append(line, key, value);
        byte[] first = line.toString().getBytes(UTF_8);
        byte[] all = Arrays.copyOf(first, first.length + text.length);
        System.arraycopy(text, 0, all, first.length, text.length);
        return new KeyValueText(all);
    }

    private static void append(StringBuilder lines, String key, String value) {
        if (key.isEmpty() || key.indexOf(':') >= 0 || hasLineEnd(key) || hasLineEnd(value)) {
            throw new IllegalArgumentException("invalid 'Key: value' line with the key '" + key + "'");
        }
        lines.append(key).append(": ").append(value).append('\n');
    }

    /** CR counts too, because {@link String#lines} and {@code less} take it for a line end. */
    private static boolean hasLineEnd(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    /** The value of the first line with this key, or null if there is none. */
    public @Nullable String first(String key) {
        List<String> values = all(key);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The values of all lines with this key, in order. */
    public List<String> all(String key) {
        byte[] prefix = (key + ": ").getBytes(UTF_8);
        var values = new ArrayList<String>();
        for (int line = 0; line < text.length; ) {
            int end = line;
            while (text[end] != '\n') {
                end++;
            }
            if (end - line >= prefix.length
                    && Arrays.equals(text, line, line + prefix.length, prefix, 0, prefix.length)) {
                values.add(new String(text, line + prefix.length, end - line - prefix.length, UTF_8));
            }
            line = end + 1;
        }
        return values;
    }

    /** Length of the text in bytes. */
    public int length() {
        return text.length;
    }

    /** Puts the text into {@code target}, which has room for {@link #length} bytes. */
    public void putInto(ByteBuffer target) {
        target.put(text);
    }

    @Override
    public String toString() {
        return new String(text, UTF_8);
    }
}
