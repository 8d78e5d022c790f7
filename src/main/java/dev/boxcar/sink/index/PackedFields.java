// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The fields of a message in one array of bytes: first the end of each field, then the fields in UTF-8, each ended by a
 * line feed. Immutable; any thread.
 */
final class PackedFields {
    /** The fields in the order of the array. A search without a field name searches FROM and all after it. */
    enum Field {
        MESSAGE_ID(0),
        USER(1),
        SESSION(2),
        LISTENER(3),
        RECIPIENTS(4),
        FROM(5),
        SUBJECT(6),
        TO(7),
        CC(8),
        BCC(9),
        REPLY_TO(10),
        SENDER(11),
        FILES(12),
        TEXT(13);

        private final int place;

        Field(int place) {
            this.place = place;
        }

        int place() {
            return place;
        }

        static final int COUNT = values().length;
    }

    private static final int OFFSET_BYTES = 3;
    private static final int MAX_BYTES = 1 << (8 * OFFSET_BYTES);
    private static final int OFFSETS_BYTES = OFFSET_BYTES * Field.COUNT;

    private final byte[] bytes;

    private PackedFields(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Packs one value per field, in order. Beyond 16 MiB in total, fields are cut. */
    static PackedFields of(byte[][] fields) {
        int length = OFFSETS_BYTES;
        for (byte[] field : fields) {
            length += field.length + 1;
        }
        var packed = new byte[Math.min(length, MAX_BYTES - 1)];
        int at = OFFSETS_BYTES;
        for (int i = 0; i < fields.length; i++) {
            int fieldBytes = Math.max(0, Math.min(fields[i].length, packed.length - at - 1));
            System.arraycopy(fields[i], 0, packed, at, fieldBytes);
            at = Math.min(at + fieldBytes, packed.length - 1);
            packed[at++] = '\n';
            for (int k = 0; k < OFFSET_BYTES; k++) {
                packed[OFFSET_BYTES * i + k] = (byte) (at >>> (8 * k));
            }
        }
        return new PackedFields(packed);
    }

    /** The beginning of a UTF-8 text: at most {@code max} bytes, not cut within a character. */
    static byte[] cut(byte[] text, int max) {
        if (text.length <= max) {
            return text;
        }
        int end = max;
        while (end > 0 && (text[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }

    byte[] bytes() {
        return bytes;
    }

    int begin(Field field) {
        return field.place == 0 ? OFFSETS_BYTES : nextField(field.place - 1);
    }

    /** Where the field ends, before its line feed. */
    int end(Field field) {
        return nextField(field.place) - 1;
    }

    private int nextField(int place) {
        int at = OFFSET_BYTES * place;
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
    }

    String text(Field field) {
        int begin = begin(field);
        return new String(bytes, begin, end(field) - begin, UTF_8);
    }
}
