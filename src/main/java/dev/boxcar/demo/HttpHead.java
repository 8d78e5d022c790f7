// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.net.ProtocolException;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the header of an answer says about its body (RFC 9112 §6.3). */
final class HttpHead {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[0-9] [1-9][0-9]{2}( .*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final long UNKNOWN = -1;

    /** How the end of a body is told. */
    enum Framing {
        NO_BODY,
        COUNTED,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final int status;
    private long length = UNKNOWN;
    private String coding = "";

    private HttpHead(int status) {
        this.status = status;
    }

    /** Begins with a status line. */
    static HttpHead of(String line) throws ProtocolException {
        if (!STATUS_LINE.matcher(line).matches()) {
            throw new ProtocolException("this is not an answer in HTTP/1: " + shown(line));
        }
        return new HttpHead(Integer.parseInt(line.substring(9, 12)));
    }

    /** Takes one more line. */
    void field(String line) throws ProtocolException {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            return; // nothing that says how long the body is
        }
        String value = line.substring(colon + 1).strip();
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> contentLength(value);
            case "transfer-encoding" -> coding = value.toLowerCase(Locale.ROOT);
            default -> {}
        }
    }

    /** The same length again, or in a list, is only a bad habit; two different ones are an error (RFC 9110 §8.6). */
    private void contentLength(String value) throws ProtocolException {
        for (String one : value.split(",", -1)) {
            String digits = one.strip();
            if (!LENGTH.matcher(digits).matches()) {
                throw new ProtocolException("no length: Content-Length: " + shown(value));
            }
            long said = Long.parseLong(digits);
            if (length != UNKNOWN && length != said) {
                throw new ProtocolException("two lengths for one body: " + length + " and " + said);
            }
            length = said;
        }
    }

    /** Whether the real answer is still to come (RFC 9110 §15.2). */
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

    /** Of a body that is counted, how many bytes it has. */
    long length() {
        return length;
    }

    /** How many bytes the chunk has that begins with this line (RFC 9112 §7.1). */
    static long chunkLength(String line) throws ProtocolException {
        int semicolon = line.indexOf(';');
        String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        if (!digits.matches("[0-9A-Fa-f]{1,15}")) {
            throw new ProtocolException("no length of a chunk: " + shown(line));
        }
        return Long.parseLong(digits, 16);
    }

    /** What a stranger said, fit for a terminal. */
    static String shown(String text) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return "'" + cut.replaceAll("[^ -~]", "?") + "'";
    }
}
