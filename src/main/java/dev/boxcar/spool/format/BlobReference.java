// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.Ulid;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What stands in a BLOB record in place of the message.
 *
 * @param file where its bytes are, from the spool's directory on
 * @param bytes how many
 * @param crc their CRC32C, hexadecimal
 */
public record BlobReference(String file, long bytes, String crc) {
    /** Where the blob of this name lies: 1,024 directories share them. */
    public static String fileOf(Ulid name) {
        String text = name.toString();
        return "blob/" + text.substring(Ulid.LENGTH - 2) + "/" + text + ".eml";
    }

    public static BlobReference of(Ulid name, long bytes, long crc) {
        return new BlobReference(fileOf(name), bytes, hexadecimal(crc));
    }

    public static String hexadecimal(long crc) {
        return String.format(Locale.ROOT, "%08x", crc);
    }

    public static BlobReference of(Envelope lines) throws SpoolException {
        String file = lines.first("Blob");
        String bytes = lines.first("Octets");
        String crc = lines.first("CRC32C");
        if (file == null
                || bytes == null
                || crc == null
                || !bytes.matches("\\d{1,18}")
                || !crc.matches("[0-9a-f]{8}")) {
            throw new SpoolException("a BLOB record names no file: " + new String(bytesOf(lines), UTF_8).strip());
        }
        return new BlobReference(file, Long.parseLong(bytes), crc);
    }

    private static byte[] bytesOf(Envelope lines) {
        var bytes = new byte[lines.length()];
        lines.bytes().get(bytes);
        return bytes;
    }

    /** The CRC32C as a number. */
    int crcValue() {
        return Integer.parseUnsignedInt(crc, 16);
    }

    /** The lines as they stand in the record. */
    public byte[] lines() {
        return text().getBytes(ISO_8859_1);
    }

    public String text() {
        return "Blob: " + file + "\nOctets: " + bytes + "\nCRC32C: " + crc + "\n";
    }

    public Path in(Path spool) throws SpoolException {
        Path path = spool.resolve(file).normalize();
        if (!path.startsWith(spool.resolve("blob").normalize())) {
            throw new SpoolException("a BLOB record names a file outside of blob/: " + file);
        }
        return path;
    }
}
