// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.jspecify.annotations.Nullable;

/** The header section of a stored message (RFC 5322 §2.2), from its first 64 KiB. Ignores malformed lines. */
final class StoredHeader {
    private static final int MAX_BYTES = 64 * 1024;

    private final String text;

    private StoredHeader(String text) {
        this.text = text;
    }

    /** Reads the header of the message. */
    static StoredHeader of(SpoolRecord message) throws IOException {
        byte[] bytes;
        try (InputStream body = message.body()) {
            bytes = body.readNBytes(MAX_BYTES);
        }
        return new StoredHeader(
                text(Arrays.copyOf(bytes, end(bytes))).replaceAll("\r?\n(?=[ \t])", "")); // unfolded, §2.2.3
    }

    /** The end of the header: where the first empty line starts. Lines may end in CRLF or LF. */
    private static int end(byte[] bytes) {
        for (int i = 1; i < bytes.length; i++) {
            if (bytes[i] == '\n' && (bytes[i - 1] == '\n' || (i > 1 && bytes[i - 1] == '\r' && bytes[i - 2] == '\n'))) {
                return i;
            }
        }
        return bytes.length;
    }

    /** Decodes UTF-8 (RFC 6532) if it is valid, otherwise one character per byte. */
    private static String text(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, ISO_8859_1);
        }
    }

    /** The unfolded value of the first field with this name, or null. */
    @Nullable
    String first(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst()
                .orElse(null);
    }

    /** The subject with its encoded words decoded (RFC 2047), or the empty string. */
    String subject() {
        String subject = first("Subject");
        return subject == null ? "" : DecoderUtil.decodeEncodedWords(subject, DecodeMonitor.SILENT, US_ASCII);
    }
}
