// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The line that opens a record: 128 bytes of ASCII, LF included, the same fields in the same columns.
 *
 * <pre>
 * &#64;boxcar1 MESSAGE 01KAM3Z6T8Q0B5X9V7W2N4C6DE 00000213 00000001024 000000000000042 9f86d081884c 000000000000041 1a2b3c4d 5e6f7a8b
 * magic    type    id                         text     body        sequence        epoch        durable         payload  header
 * </pre>
 *
 * Numbers are decimal, epoch and the two CRC32Cs hexadecimal. Every version of the format keeps the first nine bytes
 * (magic, version, space) and the last nine (CRC of the 119 bytes before it, LF), so that a newer one is told from rot.
 *
 * @param type what the record says
 * @param id the message it is or concerns
 * @param textLength bytes of {@code Key: value} lines
 * @param bodyLength bytes of message behind the lines
 * @param sequence place in the commit sequence; MARK and SEAL repeat the last one
 * @param epoch of this use of the segment, drawn by chance: bytes of an earlier use, or of a message that quotes a
 *     segment, never parse
 * @param durable every record up to this sequence is known to be forced
 * @param payloadCrc CRC32C of lines and message
 */
public record RecordHeader(
        RecordType type,
        Ulid id,
        int textLength,
        long bodyLength,
        long sequence,
        long epoch,
        long durable,
        int payloadCrc) {
    public static final int LENGTH = 128;
    static final byte[] MAGIC = "@boxcar".getBytes(ISO_8859_1);
    static final char VERSION = '1';
    public static final long MAX_TEXT = 99_999_999;
    public static final long MAX_BODY = 99_999_999_999L;

    private static final int TYPE = 9;
    private static final int ID = 17;
    private static final int TEXT = 44;
    private static final int BODY = 53;
    private static final int SEQUENCE = 65;
    private static final int EPOCH = 81;
    private static final int DURABLE = 94;
    private static final int PAYLOAD_CRC = 110;
    private static final int HEADER_CRC = 119;

    /** The bytes of the record, without the LF behind it. */
    public long recordLength() {
        return LENGTH + textLength + bodyLength;
    }

    /** Writes the line into the first 128 bytes of {@code line}. */
    public void putInto(byte[] line, CRC32C crc) {
        Arrays.fill(line, 0, LENGTH, (byte) ' ');
        System.arraycopy(MAGIC, 0, line, 0, MAGIC.length);
        line[MAGIC.length] = VERSION;
        String name = type.name();
        for (int i = 0; i < name.length(); i++) {
            line[TYPE + i] = (byte) name.charAt(i);
        }
        id.putInto(line, ID);
        putNumber(line, TEXT, 8, 10, textLength);
        putNumber(line, BODY, 11, 10, bodyLength);
        putNumber(line, SEQUENCE, 15, 10, sequence);
        putNumber(line, EPOCH, 12, 16, epoch);
        putNumber(line, DURABLE, 15, 10, durable);
        putNumber(line, PAYLOAD_CRC, 8, 16, Integer.toUnsignedLong(payloadCrc));
        crc.reset();
        crc.update(line, 0, HEADER_CRC);
        putNumber(line, HEADER_CRC, 8, 16, crc.getValue());
        line[LENGTH - 1] = '\n';
    }

    private static void putNumber(byte[] line, int at, int width, int radix, long number) {
        long rest = number;
        Arrays.fill(line, at, at + width, (byte) '0');
        for (int i = at + width - 1; i >= at && rest != 0; i--) {
            line[i] = (byte) Character.forDigit((int) (rest % radix), radix);
            rest /= radix;
        }
        if (rest != 0) {
            throw new IllegalArgumentException("too large for its field of a record header: " + number);
        }
    }

    /**
     * The header in the 128 bytes of {@code line} from {@code at} on, or null where there is none of this
     * {@code epoch}.
     *
     * @throws SpoolException where a sound header is of a version or type that this program does not know
     */
    static @Nullable RecordHeader parse(byte[] line, int at, long epoch, CRC32C crc) throws SpoolException {
        if (!holds(line, at, crc)) {
            return null;
        }
        char version = (char) line[at + MAGIC.length];
        if (version != VERSION) {
            throw new SpoolException("holds a record of format version " + version + "; this program reads version "
                    + VERSION + ": use the program that wrote it, or a newer one");
        }
        if (epoch(line, at) != epoch) {
            return null;
        }
        String name = new String(line, at + TYPE, RecordType.FIELD, ISO_8859_1).strip();
        RecordType type = RecordType.named(name);
        if (type == null) {
            throw new SpoolException(
                    "holds a record of the unknown type " + name + ": use the program that wrote it, or a newer one");
        }
        Ulid id = Ulid.parse(new String(line, at + ID, Ulid.LENGTH, ISO_8859_1));
        long text = number(line, at + TEXT, 8, 10);
        long body = number(line, at + BODY, 11, 10);
        long sequence = number(line, at + SEQUENCE, 15, 10);
        long durable = number(line, at + DURABLE, 15, 10);
        long payloadCrc = number(line, at + PAYLOAD_CRC, 8, 16);
        if (id == null || text < 0 || body < 0 || sequence < 0 || durable < 0 || payloadCrc < 0) {
            return null;
        }
        return new RecordHeader(type, id, (int) text, body, sequence, epoch, durable, (int) payloadCrc);
    }

    /**
     * Whether the 128 bytes of {@code line} from {@code at} on are a header as it was written, of whatever version and
     * epoch.
     */
    static boolean holds(byte[] line, int at, CRC32C crc) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (line[at + i] != MAGIC[i]) {
                return false;
            }
        }
        crc.reset();
        crc.update(line, at, HEADER_CRC);
        return number(line, at + HEADER_CRC, 8, 16) == crc.getValue() && line[at + LENGTH - 1] == '\n';
    }

    /** The epoch in the 128 bytes of {@code line} from {@code at} on, or -1 where there is none. */
    static long epoch(byte[] line, int at) {
        return number(line, at + EPOCH, 12, 16);
    }

    /** The number in these columns, or -1 where there is none. */
    private static long number(byte[] line, int at, int width, int radix) {
        long number = 0;
        for (int i = at; i < at + width; i++) {
            int digit = Character.digit(line[i], radix);
            if (digit < 0) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }
}
