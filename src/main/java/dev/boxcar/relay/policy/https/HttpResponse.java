// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.https;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response of HTTP/1.1 (RFC 9112), of bounded size.
 *
 * @param status such as 200
 * @param fields the header by names in lower case; of a name that is repeated, the first
 * @param body decoded if it came in chunks
 */
@SuppressWarnings("ArrayRecordComponent") // read once and never compared
public record HttpResponse(int status, Map<String, String> fields, byte[] body) {
    private static final int MAX_HEADER = 16 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");

    /** The value of a field; empty without it. */
    public String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /**
     * Reads a response after which the server closes the connection.
     *
     * @throws IOException if it is malformed, or its body has more bytes than {@code maxBody}
     */
    static HttpResponse read(InputStream in, int maxBody) throws IOException {
        var reader = new Reader(in);
        Matcher first = STATUS.matcher(reader.line());
        if (!first.matches()) {
            throw new IOException("the server does not speak HTTP/1.1");
        }
        Map<String, String> fields = new HashMap<>();
        String line = reader.line();
        while (!line.isEmpty()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            line = reader.line();
        }
        return new HttpResponse(Integer.parseInt(first.group(1)), fields, body(in, reader, fields, maxBody));
    }

    private static byte[] body(InputStream in, Reader reader, Map<String, String> fields, int maxBody)
            throws IOException {
        if (fields.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in, reader, maxBody);
        }
        String length = fields.get("content-length");
        if (length == null) {
            return bounded(in.readNBytes(maxBody + 1), maxBody);
        }
        int bytes = size(length, 10, maxBody);
        return whole(in, bytes);
    }

    /** RFC 9112 §7.1. */
    private static byte[] chunks(InputStream in, Reader reader, int maxBody) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String size = reader.line().split(";", 2)[0].strip();
            int bytes = size(size, 16, maxBody - body.size());
            if (bytes == 0) {
                return body.toByteArray();
            }
            body.writeBytes(whole(in, bytes));
            reader.line(); // the end of the chunk
        }
    }

    private static byte[] whole(InputStream in, int bytes) throws IOException {
        byte[] read = in.readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException("the response is cut off");
        }
        return read;
    }

    private static int size(String digits, int radix, int max) throws IOException {
        try {
            long size = Long.parseLong(digits, radix);
            if (size < 0 || size > max) {
                throw new IOException("the response is larger than it may be");
            }
            return (int) size;
        } catch (NumberFormatException e) {
            throw new IOException("the response has an invalid length", e);
        }
    }

    private static byte[] bounded(byte[] body, int maxBody) throws IOException {
        if (body.length > maxBody) {
            throw new IOException("the response is larger than it may be");
        }
        return body;
    }

    /** Reads lines. */
    private static final class Reader {
        private final InputStream in;
        private int read;

        Reader(InputStream in) {
            this.in = in;
        }

        String line() throws IOException {
            var line = new ByteArrayOutputStream();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new EOFException("the response is cut off");
                }
                if (++read > MAX_HEADER) {
                    throw new IOException("the header of the response is too large");
                }
                line.write(b);
            }
            return line.toString(ISO_8859_1).stripTrailing();
        }
    }
}
