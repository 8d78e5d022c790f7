// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import dev.boxcar.sink.mime.stream.StrayEqualsSigns;
import dev.boxcar.sink.mime.stream.UuencodeStream;
import java.io.InputStream;
import java.util.Locale;
import org.apache.james.mime4j.codec.QuotedPrintableInputStream;

/** Decodes the bodies of parts (RFC 2045 §6). */
final class TransferEncoding {
    private TransferEncoding() {}

    /**
     * The decoded body.
     *
     * @param field the value of Content-Transfer-Encoding, which may have comments and parameters that do not belong
     *     there; a missing or unknown encoding means that the body is not encoded
     * @param footer what becomes of text after base64
     * @param onIgnoredText is called if text outside the encoding is ignored
     */
    static InputStream decode(InputStream body, String field, Base64Stream.Footer footer, Runnable onIgnoredText) {
        String name = name(field);
        boolean monitored = false;
        return switch (name) {
            case "base64", "base-64" -> new Base64Stream(body, footer, onIgnoredText);
            case "quoted-printable", "quotedprintable", "quoted_printable" ->
                new QuotedPrintableInputStream(new StrayEqualsSigns(body), monitored);
            case "uuencode", "x-uuencode", "uue", "x-uue" -> new UuencodeStream(body, onIgnoredText);
            default -> body;
        };
    }

    /** Whether this is the encoding base64, which a multipart must not have (RFC 2045 §6.4) but sometimes does. */
    static boolean isBase64(String field) {
        return name(field).matches("base-?64");
    }

    private static String name(String field) {
        return Comments.remove(field).strip().toLowerCase(Locale.ROOT).replaceAll("^[\"']+|(?<!^)[\"';,\\s].*$", "");
    }
}
