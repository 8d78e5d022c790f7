// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The reference to the file of a message, which a BLOB record has in place of the message.
 *
 * @param file path of the file, relative to the directory of the spool
 * @param bytes size of the message
 * @param crc CRC32C of the message, hexadecimal
 */
public record BlobReference(String file, long bytes, String crc) {
    /** In place of a reference that cannot be read. It leads to no file. */
    static final BlobReference DAMAGED = new BlobReference("", 0, "00000000");

    public static BlobReference of(Ulid name, long bytes, long crc) {
        return new BlobReference(fileOf(name), bytes, hexadecimal(crc));
    }

    /** Path of the blob with this name, relative to the spool. Blobs are spread over 1,024 directories. */
    public static String fileOf(Ulid name) {
        String text = name.toString();
        return "blob/" + text.substring(Ulid.LENGTH - 2) + "/" + text + ".eml";
    }

    /** A CRC32C as the format writes it. */
    public static String hexadecimal(long crc) {
        return String.format(Locale.ROOT, "%08x", crc);
    }

    static BlobReference parse(KeyValueText lines) throws SpoolException {
        String file = lines.first("Blob");
        String bytes = lines.first("Octets");
        String crc = lines.first("CRC32C");
        if (file == null
                || bytes == null
                || crc == null
                || !bytes.matches("\\d{1,18}")
                || !crc.matches("[0-9a-f]{8}")) {
            throw new SpoolException("a BLOB record has an invalid reference to its file: "
                    + lines.toString().strip());
        }
        return new BlobReference(file, Long.parseLong(bytes), crc);
    }

    int crcValue() {
        return Integer.parseUnsignedInt(crc, 16);
    }

    /** The lines of the reference in the record. */
    public byte[] lines() {
        return text().getBytes(ISO_8859_1);
    }

    public String text() {
        return "Blob: " + file + "\nOctets: " + bytes + "\nCRC32C: " + crc + "\n";
    }

    /** The file in the spool {@code spool}. */
    public Path in(Path spool) throws SpoolException {
        if (file.isEmpty()) {
            throw new SpoolException("a BLOB record has an invalid reference to its file");
        }
        Path path;
        try {
            path = spool.resolve(file).normalize();
        } catch (InvalidPathException e) {
            throw new SpoolException("a BLOB record refers to a file with an invalid name: " + e.getMessage(), e);
        }
        if (!path.startsWith(spool.resolve("blob").normalize())) {
            throw new SpoolException("a BLOB record refers to a file outside of blob/: " + file);
        }
        return path;
    }
}
