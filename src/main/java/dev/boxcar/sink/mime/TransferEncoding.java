// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

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
     * @param onIgnoredText is called if the body has text outside its encoding
     */
    static InputStream decode(InputStream body, String field, Runnable onIgnoredText) {
        String name =
                Comments.remove(field).strip().toLowerCase(Locale.ROOT).replaceAll("^[\"']+|(?<!^)[\"';,\\s].*$", "");
        boolean monitored = false;
        return switch (name) {
            case "base64", "base-64" -> new Base64Stream(body, onIgnoredText);
            case "quoted-printable", "quotedprintable", "quoted_printable" ->
                new QuotedPrintableInputStream(body, monitored);
            default -> body;
        };
    }
}
