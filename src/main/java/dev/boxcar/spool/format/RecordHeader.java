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
 * The first line of a record: 128 bytes of ASCII including the LF, with every field in fixed columns.
 *
 * <pre>
 * &#64;boxcar1 MESSAGE 01KAM3Z6T8Q0B5X9V7W2N4C6DE 00000213 00000001024 000000000000042 9f86d081884c 000000000000041 1a2b3c4d 5e6f7a8b
 * magic    type    id                         text     body        sequence        epoch        durable         payload  header
 * </pre>
 *
 * Numbers are decimal; the epoch and the two CRC32Cs are hexadecimal. Every version of the format keeps the first nine
 * bytes (magic, version, space) and the last nine (CRC of the 119 bytes before it, LF). So a newer version can be told
 * from damage.
 *
 * @param type the type of the record
 * @param id the message that the record is, or concerns
 * @param textLength length of the {@code Key: value} lines
 * @param bodyLength length of the message after the lines
 * @param sequence position in the commit sequence; MARK and SEAL repeat the last one
 * @param epoch random number of this use of the segment: so bytes of an earlier use, or of a message that quotes a
 *     segment, are never taken for a record
 * @param durable all records up to this sequence number are known to be forced
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
    /** Length of a header in bytes. */
    public static final int LENGTH = 128;

    /** Maximum length of the lines of a record. */
    public static final long MAX_TEXT = 99_999_999;

    /** Maximum length of a message. */
    public static final long MAX_BODY = 99_999_999_999L;

    static final byte[] MAGIC = "@boxcar".getBytes(ISO_8859_1);
    private static final char VERSION = '1';

    private static final int TYPE = 9;
    private static final int TYPE_WIDTH = 7;
    private static final int ID = 17;
    private static final Field TEXT = Field.decimal(44, 8);
    private static final Field BODY = Field.decimal(53, 11);
    private static final Field SEQUENCE = Field.decimal(65, 15);
    private static final Field EPOCH = Field.hexadecimal(81, 12);
    private static final Field DURABLE = Field.decimal(94, 15);
    private static final Field PAYLOAD_CRC = Field.hexadecimal(110, 8);
    private static final Field HEADER_CRC = Field.hexadecimal(119, 8);

    /** A number in fixed columns of the header. */
    private record Field(int column, int width, int radix) {
        static Field decimal(int column, int width) {
            return new Field(column, width, 10);
        }

        static Field hexadecimal(int column, int width) {
            return new Field(column, width, 16);
        }

        void put(byte[] line, long number) {
            long rest = number;
            Arrays.fill(line, column, column + width, (byte) '0');
            for (int i = column + width - 1; i >= column && rest != 0; i--) {
                line[i] = (byte) Character.forDigit((int) (rest % radix), radix);
                rest /= radix;
            }
            if (rest != 0) {
                throw new IllegalArgumentException("too large for its field of a record header: " + number);
            }
        }

        /** The number in the header that begins at {@code from}, or -1 if the field has no valid number. */
        long get(byte[] bytes, int from) {
            long number = 0;
            for (int i = from + column; i < from + column + width; i++) {
                int digit = Character.digit(bytes[i], radix);
                if (digit < 0) {
                    return -1;
                }
                number = number * radix + digit;
            }
            return number;
        }
    }

    /** A record without lines and message: MARK or SEAL. */
    public static RecordHeader withoutPayload(RecordType type, long sequence, long epoch, long durable) {
        int textLength = 0;
        long bodyLength = 0;
        int payloadCrc = 0;
        return new RecordHeader(type, Ulid.NONE, textLength, bodyLength, sequence, epoch, durable, payloadCrc);
    }

    /** The header of a copy of this record in a segment with another epoch. */
    public RecordHeader withEpoch(long other) {
        return new RecordHeader(type, id, textLength, bodyLength, sequence, other, durable, payloadCrc);
    }

    /** Length of the record without the LF after it. */
    public long recordLength() {
        return LENGTH + textLength + bodyLength;
    }

    /** Writes the header into the first 128 bytes of {@code line}. */
    public void putInto(byte[] line, CRC32C crc) {
        Arrays.fill(line, 0, LENGTH, (byte) ' ');
        System.arraycopy(MAGIC, 0, line, 0, MAGIC.length);
        line[MAGIC.length] = VERSION;
        String name = type.name();
        for (int i = 0; i < name.length(); i++) {
            line[TYPE + i] = (byte) name.charAt(i);
        }
        id.putInto(line, ID);
        TEXT.put(line, textLength);
        BODY.put(line, bodyLength);
        SEQUENCE.put(line, sequence);
        EPOCH.put(line, epoch);
        DURABLE.put(line, durable);
        PAYLOAD_CRC.put(line, Integer.toUnsignedLong(payloadCrc));
        crc.reset();
        crc.update(line, 0, HEADER_CRC.column);
        HEADER_CRC.put(line, crc.getValue());
        line[LENGTH - 1] = '\n';
    }

    /**
     * Parses the header in the 128 bytes of {@code bytes} that begin at {@code from}. Returns null if they are not a
     * valid header of this {@code epoch}.
     *
     * @throws SpoolException if a valid header has a version or type that this program does not know
     */
    public static @Nullable RecordHeader parse(byte[] bytes, int from, long epoch, CRC32C crc) throws SpoolException {
        if (!isValid(bytes, from, crc)) {
            return null;
        }
        char version = (char) bytes[from + MAGIC.length];
        if (version != VERSION) {
            throw new SpoolException("has a record of format version " + version + "; this program reads version "
                    + VERSION + ": use the program that wrote it, or a newer one");
        }
        if (epoch(bytes, from) != epoch) {
            return null;
        }
        String name = new String(bytes, from + TYPE, TYPE_WIDTH, ISO_8859_1).strip();
        RecordType type = typeNamed(name);
        if (type == null) {
            throw new SpoolException(
                    "has a record of the unknown type " + name + ": use the program that wrote it, or a newer one");
        }
        Ulid id = Ulid.parse(new String(bytes, from + ID, Ulid.LENGTH, ISO_8859_1));
        long text = TEXT.get(bytes, from);
        long body = BODY.get(bytes, from);
        long sequence = SEQUENCE.get(bytes, from);
        long durable = DURABLE.get(bytes, from);
        long payloadCrc = PAYLOAD_CRC.get(bytes, from);
        if (id == null || text < 0 || body < 0 || sequence < 0 || durable < 0 || payloadCrc < 0) {
            return null;
        }
        return new RecordHeader(type, id, (int) text, body, sequence, epoch, durable, (int) payloadCrc);
    }

    private static @Nullable RecordType typeNamed(String name) {
        for (RecordType type : RecordType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** Whether the 128 bytes that begin at {@code from} are an undamaged header of any version and epoch. */
    static boolean isValid(byte[] bytes, int from, CRC32C crc) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes[from + i] != MAGIC[i]) {
                return false;
            }
        }
        crc.reset();
        crc.update(bytes, from, HEADER_CRC.column);
        return HEADER_CRC.get(bytes, from) == crc.getValue() && bytes[from + LENGTH - 1] == '\n';
    }

    /** The epoch in the header that begins at {@code from}, or -1 if the field has no valid number. */
    static long epoch(byte[] bytes, int from) {
        return EPOCH.get(bytes, from);
    }
}
