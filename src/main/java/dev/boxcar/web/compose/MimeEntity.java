// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.james.mime4j.codec.QuotedPrintableOutputStream;

/** A MIME entity: header fields and content (RFC 2045 §2.4). Immutable. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MimeEntity(String head, byte[] content) {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});
    private static final int MAX_LINE_LENGTH = 900;

    /**
     * Text of this subtype, whose reader gets the line ends that it has here. ASCII in short lines that end in CRLF is
     * sent as it is. If other line ends are the only obstacle, the text is quoted-printable, which people can read.
     * Anything else is in Base64.
     */
    static MimeEntity text(String subtype, String text) {
        String type = "Content-Type: text/" + subtype + "; charset=utf-8\r\n";
        boolean ascii = text.chars().allMatch(c -> c == '\r' || c == '\n' || c == '\t' || (c >= ' ' && c < 0x7F))
                && text.lines().allMatch(line -> line.length() <= MAX_LINE_LENGTH);
        if (!ascii) {
            return new MimeEntity(type + "Content-Transfer-Encoding: base64\r\n", BASE64.encode(text.getBytes(UTF_8)));
        }
        String lines = text.replaceAll("\r\n|\r|\n", "\r\n");
        return lines.equals(text)
                ? new MimeEntity(type + "Content-Transfer-Encoding: 7bit\r\n", text.getBytes(US_ASCII))
                : new MimeEntity(
                        type + "Content-Transfer-Encoding: quoted-printable\r\n",
                        quotedPrintable(text.getBytes(US_ASCII)));
    }

    private static byte[] quotedPrintable(byte[] text) {
        var out = new ByteArrayOutputStream(text.length);
        try (var encoder = new QuotedPrintableOutputStream(out, true)) { // "binary": encodes line ends too
            encoder.write(text);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** A file in Base64. */
    static MimeEntity file(Draft.File file) {
        var head = new StringBuilder();
        head.append("Content-Type: ").append(HeaderEncoder.oneLine(file.contentType()));
        head.append(HeaderEncoder.parameter("name", file.name())).append("\r\n");
        head.append("Content-Transfer-Encoding: base64\r\n");
        head.append("Content-Disposition: ").append(file.contentId().isEmpty() ? "attachment" : "inline");
        head.append(HeaderEncoder.parameter("filename", file.name())).append("\r\n");
        if (!file.contentId().isEmpty()) {
            head.append("Content-ID: <")
                    .append(HeaderEncoder.oneLine(file.contentId()))
                    .append(">\r\n");
        }
        return new MimeEntity(head.toString(), BASE64.encode(file.bytes()));
    }

    /** A multipart entity whose parts are {@code first} and then {@code others}. */
    static MimeEntity multipart(String subtype, String boundary, MimeEntity first, List<MimeEntity> others) {
        var parts = new ArrayList<MimeEntity>();
        parts.add(first);
        parts.addAll(others);
        var content = new ByteArrayOutputStream();
        for (MimeEntity part : parts) {
            content.writeBytes(("--" + boundary + "\r\n").getBytes(US_ASCII));
            part.writeTo(content);
        }
        content.writeBytes(("--" + boundary + "--").getBytes(US_ASCII));
        String head = "Content-Type: multipart/" + subtype + "; boundary=\"" + boundary + "\"\r\n";
        return new MimeEntity(head, content.toByteArray());
    }

    void writeTo(ByteArrayOutputStream target) {
        target.writeBytes(head.getBytes(UTF_8));
        target.writeBytes(new byte[] {'\r', '\n'});
        target.writeBytes(content);
        target.writeBytes(new byte[] {'\r', '\n'});
    }
}
