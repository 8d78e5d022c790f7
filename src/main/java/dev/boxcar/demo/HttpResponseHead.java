// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.net.ProtocolException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The head of an HTTP response, as far as it determines the length of the body (RFC 9112 §6.3). */
final class HttpResponseHead {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] [1-9][0-9]{2}( .*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final long UNKNOWN = -1;

    /** How the end of a body is recognized. */
    enum Framing {
        /** There is no body. */
        NO_BODY,
        /** After a number of bytes. */
        COUNTED,
        /** After the last chunk. */
        CHUNKED,
        /** At the end of the connection. */
        UNTIL_CLOSE
    }

    private final int status;
    private long length = UNKNOWN;
    private String coding = "";

    private HttpResponseHead(int status) {
        this.status = status;
    }

    /** Starts with a status line. */
    static HttpResponseHead of(String line) throws ProtocolException {
        if (!STATUS_LINE.matcher(line).matches()) {
            throw new ProtocolException("not an HTTP/1 response: " + quoted(line));
        }
        return new HttpResponseHead(Integer.parseInt(line.substring(9, 12)));
    }

    /** Adds a header field. */
    void field(String line) throws ProtocolException {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            return; // not a header field, so it does not affect the length of the body
        }
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> contentLength(value);
            case "transfer-encoding" -> coding = value.toLowerCase(Locale.ROOT);
            default -> {}
        }
    }

    /** The field may repeat the same length, also in one list; two different lengths are an error (RFC 9110 §8.6). */
    private void contentLength(String value) throws ProtocolException {
        for (String one : value.split(",", -1)) {
            String digits = one.strip();
            if (!LENGTH.matcher(digits).matches()) {
                throw new ProtocolException("invalid Content-Length: " + quoted(value));
            }
            long parsed = Long.parseLong(digits);
            if (length != UNKNOWN && length != parsed) {
                throw new ProtocolException("two different values of Content-Length: " + length + " and " + parsed);
            }
            length = parsed;
        }
    }

    /** Whether this is an interim response, with the final one to follow (RFC 9110 §15.2). */
    boolean isInterim() {
        return status < 200;
    }

    Framing framing() {
        if (status == 204 || status == 304) {
            return Framing.NO_BODY;
        }
        if (!coding.isEmpty()) {
            boolean chunked = coding.equals("chunked") || coding.matches(".*[,\\s]chunked");
            return chunked ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
        }
        if (length == UNKNOWN) {
            return Framing.UNTIL_CLOSE;
        }
        return length == 0 ? Framing.NO_BODY : Framing.COUNTED;
    }

    /** The number of bytes of a counted body. */
    long length() {
        return length;
    }

    /** Parses the line before a chunk into the length of the chunk (RFC 9112 §7.1). */
    static long chunkLength(String line) throws ProtocolException {
        int semicolon = line.indexOf(';');
        String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        if (!digits.matches("[0-9A-Fa-f]{1,15}")) {
            throw new ProtocolException("invalid chunk length: " + quoted(line));
        }
        return Long.parseLong(digits, 16);
    }

    /** Text from the server, shortened and made safe for a terminal. */
    static String quoted(String text) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return "'" + cut.replaceAll("[^ -~]", "?") + "'";
    }
}
