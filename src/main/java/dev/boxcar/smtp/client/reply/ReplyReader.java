// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes answers of lines, however they are cut. Holds a bounded number of bytes, whatever a server sends: of a line the
 * first {@value #KEPT_OF_A_LINE}, of an answer {@value #MOST_BYTES} in all, beyond which it fails. Confined to the loop
 * thread.
 */
public final class ReplyReader {
    /** RFC 5321 §4.5.3.1.5 allows 512 with code and CRLF; servers exceed that, and what they add is no loss. */
    public static final int KEPT_OF_A_LINE = 2048;

    static final int MOST_BYTES = 64 * 1024;
    private static final int CODE_DIGITS = 3;
    private static final byte[] NOTHING = {};

    private byte[] line = NOTHING;
    private int length;
    private int bytesOfAnswer;
    private @Nullable List<String> lines;

    /** Takes a piece of a line. */
    public void collect(byte[] bytes, int from, int to) throws ProtocolException {
        bytesOfAnswer += to - from;
        if (bytesOfAnswer > MOST_BYTES) {
            throw new ProtocolException("an answer of more than " + MOST_BYTES + " octets");
        }
        int kept = Math.min(to - from, KEPT_OF_A_LINE - length);
        if (length + kept > line.length) {
            line = Arrays.copyOf(line, Math.max(128, Math.max(length + kept, 2 * line.length)));
        }
        System.arraycopy(bytes, from, line, length, kept);
        length += kept;
    }

    /**
     * The line has ended (in CRLF; LF alone is taken too): the answer that it completes, or null where more lines
     * follow.
     */
    @Nullable
    public ServerReply endOfLine() throws ProtocolException {
        bytesOfAnswer++; // empty lines count too
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        int code = code(end);
        boolean last = end == CODE_DIGITS || line[CODE_DIGITS] == ' ';
        if (!last && line[CODE_DIGITS] != '-') {
            throw new ProtocolException("not an SMTP answer: " + text(0, end));
        }
        String text = text(Math.min(end, CODE_DIGITS + 1), end);
        length = 0;
        if (!last) {
            lines = lines == null ? new ArrayList<>() : lines;
            lines.add(text);
            return null;
        }
        List<String> whole = lines == null ? List.of(text) : lines;
        if (lines != null) {
            lines.add(text);
        }
        lines = null;
        bytesOfAnswer = 0;
        line = NOTHING; // an idle client holds none
        return new ServerReply(code, whole);
    }

    private int code(int end) throws ProtocolException {
        int code = 0;
        for (int i = 0; i < CODE_DIGITS; i++) {
            int digit = i < end ? line[i] - '0' : -1;
            if (digit < 0 || digit > 9) {
                throw new ProtocolException("not an SMTP answer: " + text(0, end));
            }
            code = code * 10 + digit;
        }
        if (code < 200 || code > 599) {
            throw new ProtocolException("no SMTP answer has the code " + code);
        }
        return code;
    }

    private String text(int from, int to) {
        return new String(line, from, Math.min(to, KEPT_OF_A_LINE) - from, UTF_8);
    }
}
