// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header of a message that a program submits, with its bytes as they were given. The header ends at an empty line,
 * or at the first line that is no field (RFC 5322 §2.2). One thread.
 */
final class MessageHeader {
    private static final int MAX_BYTES = 1024 * 1024;

    /** A field with its name in lower case, and its lines. */
    private record Field(String name, ByteArrayOutputStream lines) {
        String value() {
            String text = lines.toString(UTF_8);
            return text.substring(text.indexOf(':') + 1).replaceAll("\r\n", "").strip();
        }
    }

    private final List<Field> fields = new ArrayList<>();
    private byte @Nullable [] bodyBegin;

    /** Reads the header and nothing of the body, except {@link #bodyBegin}. */
    static MessageHeader read(CrlfReader in) throws IOException, SendmailException {
        var header = new MessageHeader();
        int bytes = 0;
        for (byte[] line = in.next(); line != null; line = in.next()) {
            bytes += line.length;
            if (bytes > MAX_BYTES) {
                throw new SendmailException(SendmailException.DATA, "the header has more than " + MAX_BYTES + " bytes");
            }
            if (in.isAtLineStart() && isEmpty(line)) {
                return header;
            }
            boolean isMboxLine = header.fields.isEmpty() && in.isAtLineStart() && beginsWithFrom(line);
            if (!isMboxLine && !header.add(line, in.isAtLineStart())) {
                header.bodyBegin = line;
                return header;
            }
        }
        return header;
    }

    private static boolean isEmpty(byte[] line) {
        return line.length == 2 && line[0] == '\r';
    }

    /** The line that separates messages in an mbox; some programs give it with the message. */
    private static boolean beginsWithFrom(byte[] line) {
        return new String(line, 0, Math.min(line.length, 5), UTF_8).equals("From ");
    }

    /** Adds a line to the header; returns false if it does not belong there. */
    private boolean add(byte[] line, boolean isLineStart) {
        boolean continues = !isLineStart || line[0] == ' ' || line[0] == '\t';
        if (continues && !fields.isEmpty()) {
            fields.get(fields.size() - 1).lines().writeBytes(line);
            return true;
        }
        String name = name(line);
        if (name.isEmpty()) {
            return false;
        }
        var lines = new ByteArrayOutputStream(line.length);
        lines.writeBytes(line);
        fields.add(new Field(name, lines));
        return true;
    }

    /** The name before the colon, in lower case; empty if the line does not begin a field. */
    private static String name(byte[] line) {
        var name = new StringBuilder();
        for (byte b : line) {
            if (b == ':') {
                return name.toString().stripTrailing().toLowerCase(Locale.ROOT);
            }
            if (b < ' ' || b == 0x7F || (b == ' ' && name.isEmpty())) {
                return "";
            }
            if (b != ' ' && !name.isEmpty() && name.charAt(name.length() - 1) == ' ') {
                return ""; // white space is allowed before the colon only (RFC 5322 §4.5)
            }
            name.append((char) b);
        }
        return "";
    }

    /** The first line of the body if no empty line was before it, otherwise null. */
    byte @Nullable [] bodyBegin() {
        return bodyBegin;
    }

    boolean has(String name) {
        return fields.stream().anyMatch(field -> field.name().equals(name));
    }

    /** The values of all fields with one of these names, unfolded, in order. */
    List<String> values(Set<String> names) {
        return fields.stream()
                .filter(field -> names.contains(field.name()))
                .map(Field::value)
                .toList();
    }

    void remove(Set<String> names) {
        fields.removeIf(field -> names.contains(field.name()));
    }

    /** Adds a field at the end. */
    void add(String name, String value) {
        add((name + ": " + value + "\r\n").getBytes(UTF_8), true);
    }

    /** The fields, and the empty line after them. */
    byte[] bytes() {
        var bytes = new ByteArrayOutputStream();
        fields.forEach(field -> bytes.writeBytes(field.lines().toByteArray()));
        bytes.write('\r');
        bytes.write('\n');
        return bytes.toByteArray();
    }
}
