// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import dev.boxcar.sink.mime.charset.HtmlCharset;
import dev.boxcar.sink.mime.charset.MailCharset;
import java.util.Locale;

/**
 * A part of a message that is not a multipart. Immutable.
 *
 * @param id its place: {@code 1} and {@code 2} are the first parts of the message, {@code 2.1} is the first part of the
 *     second; {@code 0} is a message that has no parts
 * @param contentType its media type in lower case, without parameters
 * @param charset the label of its character set, or empty
 * @param disposition how it asks to be shown (RFC 2183)
 * @param fileName its name, decoded, or empty
 * @param contentId its Content-ID without angle brackets, or empty
 * @param contentLocation its Content-Location (RFC 2557), or empty
 */
public record Part(
        String id,
        String contentType,
        String charset,
        Disposition disposition,
        String fileName,
        String contentId,
        String contentLocation) {
    /** How a part asks to be shown. */
    public enum Disposition {
        NONE,
        INLINE,
        ATTACHMENT
    }

    /** What a part is for a reader. */
    public enum Role {
        /** Text to be read. */
        TEXT,
        /** Text to be read, as HTML. */
        HTML,
        /** Shown within the text, such as an image of an HTML page. */
        INLINE,
        /** An attached file. */
        ATTACHMENT
    }

    /** The part that these fields describe. */
    static Part of(String id, PartDescriptor descriptor, Headers headers) {
        MimeParameters disposition = MimeParameters.of(headers.first("Content-Disposition"));
        String fileName = disposition.fileName("filename");
        return new Part(
                id,
                descriptor.contentType(),
                descriptor.getCharset(),
                disposition(disposition.value()),
                fileName.isEmpty() ? descriptor.parameters().fileName("name") : fileName,
                contentId(headers),
                contentLocation(headers));
    }

    private static Disposition disposition(String value) {
        return switch (EncodedWords.decode(value).replace("\"", "").strip().toLowerCase(Locale.ROOT)) {
            case "" -> Disposition.NONE;
            case "inline" -> Disposition.INLINE;
            default -> Disposition.ATTACHMENT; // also any unknown value (RFC 2183 §2.8)
        };
    }

    /** The Content-ID without angle brackets, folding and encoded words, which do not belong there. */
    private static String contentId(Headers headers) {
        String id = headers.decoded("Content-ID").replaceAll("[\\r\\n\\t]", "").strip();
        return id.startsWith("<") && id.endsWith(">") && id.length() > 1
                ? id.substring(1, id.length() - 1).strip()
                : id;
    }

    /** The Content-Location without the white space at which long ones are folded (RFC 2557 §4.4). */
    private static String contentLocation(Headers headers) {
        return headers.decoded("Content-Location").replaceAll("\\s", "");
    }

    /** What the part is for a reader. */
    public Role role() {
        if (disposition == Disposition.ATTACHMENT || contentType.equals("application/octet-stream")) {
            return Role.ATTACHMENT;
        }
        return switch (contentType) {
            case "text/plain" -> Role.TEXT;
            case "text/html" -> Role.HTML;
            default -> Role.INLINE;
        };
    }

    /** Whether the part is a text to be read. */
    public boolean isText() {
        Role role = role();
        return role == Role.TEXT || role == Role.HTML;
    }

    /** Whether the part is a text to be read that is also a file with a name, as some programs send every text. */
    public boolean isNamedText() {
        return isText() && disposition == Disposition.INLINE && !fileName.isEmpty();
    }

    /**
     * The bytes as text. Without a known character set, HTML is read in the one that its {@code <meta>} names, and
     * everything else as UTF-8, or windows-1252 if it is not valid UTF-8.
     */
    public String text(byte[] bytes, int length) {
        MailCharset named = MailCharset.of(charset);
        if (named == null && contentType.equals("text/html")) {
            named = HtmlCharset.find(bytes, length);
        }
        return named == null ? MailCharset.guess(bytes, length) : named.decode(bytes, length);
    }
}
