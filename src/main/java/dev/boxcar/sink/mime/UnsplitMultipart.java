// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Another way to split a multipart in whose content the declared boundary does not occur. Immutable.
 *
 * @param contentType the type to parse it as, with the boundary that occurs
 * @param content what is to be split
 * @param isWhole whether nothing of the message is lost in this way
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record UnsplitMultipart(String contentType, byte[] content, boolean isWhole) {
    /** A line that may begin a part (RFC 2046 §5.1.1). */
    private static final Pattern DELIMITER =
            Pattern.compile("^--(\\S(?:[^\\r\\n]*\\S)?)[ \\t]*\\r?\\n", Pattern.MULTILINE);

    private static final int MAX_CANDIDATES = 20; // for each, the content is searched once

    /** The way for a multipart with this header and this content; null if there is none. */
    static @Nullable UnsplitMultipart of(Headers headers, byte[] content) throws IOException {
        UnsplitMultipart decoded = decoded(headers, content);
        return decoded == null ? withOtherBoundary(content) : decoded;
    }

    /** An encoded multipart: RFC 2045 §6.4 forbids it, but programs encode the whole content. */
    private static @Nullable UnsplitMultipart decoded(Headers headers, byte[] content) throws IOException {
        String encoding = headers.first("Content-Transfer-Encoding");
        String type = headers.first("Content-Type");
        String boundary = MimeParameters.of(type).get("boundary");
        if (boundary.isEmpty()) {
            return null;
        }
        var whole = new AtomicBoolean(true);
        byte[] plain = TransferEncoding.decode(
                        new ByteArrayInputStream(content),
                        encoding,
                        Base64Stream.Footer.IGNORED,
                        () -> whole.set(false))
                .readAllBytes();
        boolean isEncoded = !Arrays.equals(plain, content);
        return isEncoded && new String(plain, ISO_8859_1).contains("--" + boundary)
                ? new UnsplitMultipart(type, plain, whole.get())
                : null;
    }

    /** The first line that looks like a boundary: the header of a part follows it, or its closing line does. */
    private static @Nullable UnsplitMultipart withOtherBoundary(byte[] content) {
        String text = new String(content, ISO_8859_1);
        Matcher delimiter = DELIMITER.matcher(text);
        for (int i = 0; i < MAX_CANDIDATES && delimiter.find(); i++) {
            String boundary = delimiter.group(1);
            if (text.startsWith("Content-", delimiter.end())
                    || text.indexOf("\n--" + boundary + "--", delimiter.end() - 1) >= 0) {
                String quoted = boundary.replaceAll("[\"\\\\]", "\\\\$0");
                boolean whole = false; // what the declared boundary was for is unknown
                return new UnsplitMultipart("multipart/mixed; boundary=\"" + quoted + "\"", content, whole);
            }
        }
        return null;
    }

    /** The multipart as a message to parse. */
    InputStream message() {
        String header = "Content-Type: " + contentType + "\r\n\r\n";
        return new SequenceInputStream(
                new ByteArrayInputStream(header.getBytes(ISO_8859_1)), new ByteArrayInputStream(content));
    }
}
