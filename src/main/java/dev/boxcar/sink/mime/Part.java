// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import org.jspecify.annotations.Nullable;

/**
 * One part of a message that holds no others. Immutable.
 *
 * @param id its place: {@code 1} and {@code 2} are the first parts of the message, {@code 2.1} the first part of the
 *     second; {@code 0} is a message that is one part
 * @param contentType its media type in small letters, without parameters
 * @param charset the character set it names, or an empty text
 * @param disposition what it asks to be shown as (RFC 2183)
 * @param fileName the name it gives itself, decoded, or an empty text
 * @param contentId its Content-ID without angle brackets, or an empty text
 */
public record Part(
        String id, String contentType, String charset, Disposition disposition, String fileName, String contentId) {
    /** How a part asks to be shown. */
    public enum Disposition {
        NONE,
        INLINE,
        ATTACHMENT
    }

    /** What a part is to a reader. */
    public enum Role {
        /** Text to be read. */
        TEXT,
        /** The same as HTML. */
        HTML,
        /** Shown within the text: an image of an HTML page. */
        INLINE,
        /** A file that came along. */
        ATTACHMENT
    }

    /** What it is to a reader. */
    public Role role() {
        if (disposition == Disposition.ATTACHMENT || contentType.equals("application/octet-stream")) {
            return Role.ATTACHMENT;
        }
        boolean named = disposition == Disposition.INLINE && !fileName.isEmpty();
        if (contentType.equals("text/plain") && !named) {
            return Role.TEXT;
        }
        if (contentType.equals("text/html") && !named) {
            return Role.HTML;
        }
        return Role.INLINE;
    }

    /**
     * Its bytes as text: in the character set it names; where that is unknown or none, as UTF-8 or else windows-1252.
     */
    public String text(byte[] bytes, int length) {
        Charset named = charset(charset);
        if (named != null && !named.equals(UTF_8)) {
            return new String(bytes, 0, length, named);
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException notUtf8) {
            Charset instead = named == null ? Charset.forName("windows-1252") : UTF_8;
            return new String(bytes, 0, length, instead);
        }
    }

    private static @Nullable Charset charset(String label) {
        if (label.isEmpty() || label.equalsIgnoreCase("us-ascii") || label.equalsIgnoreCase("ascii")) {
            return null; // what calls itself ASCII and is not was sent by somebody who did not say
        }
        try {
            return Charset.forName(label);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return null;
        }
    }
}
