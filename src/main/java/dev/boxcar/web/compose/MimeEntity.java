// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A MIME entity: header fields and content (RFC 2045 §2.4). Immutable. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MimeEntity(String head, byte[] content) {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});
    private static final int MAX_LINE_LENGTH = 900;

    /** Text of this subtype. ASCII in short lines is sent as it is, anything else in Base64. */
    static MimeEntity text(String subtype, String text) {
        String type = "Content-Type: text/" + subtype + "; charset=utf-8\r\n";
        String lines = text.replaceAll("\r\n|\r|\n", "\r\n");
        boolean plain = lines.chars().allMatch(c -> c == '\r' || c == '\n' || c == '\t' || (c >= ' ' && c < 0x7F))
                && lines.lines().allMatch(line -> line.length() <= MAX_LINE_LENGTH);
        return plain
                ? new MimeEntity(type + "Content-Transfer-Encoding: 7bit\r\n", lines.getBytes(US_ASCII))
                : new MimeEntity(type + "Content-Transfer-Encoding: base64\r\n", BASE64.encode(text.getBytes(UTF_8)));
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
