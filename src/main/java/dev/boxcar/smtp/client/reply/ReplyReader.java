// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.reply;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assembles replies from their lines, which may arrive in any pieces. Memory is bounded, whatever the server sends: of
 * each line the first {@value #MAX_LINE_BYTES} bytes are kept, and a reply of more than {@value #MAX_REPLY_BYTES} bytes
 * fails.
 *
 * <p>Confined to the loop thread.
 */
public final class ReplyReader {
    /**
     * RFC 5321 §4.5.3.1.5 allows 512 bytes with code and CRLF. Some servers send longer lines; the excess is dropped.
     */
    static final int MAX_LINE_BYTES = 2048;

    static final int MAX_REPLY_BYTES = 64 * 1024;
    private static final int CODE_DIGITS = 3;
    private static final int FIRST_LINE_CAPACITY = 128;
    private static final byte[] EMPTY = {};

    private byte[] line = EMPTY;
    private int length;
    private int replyBytes;
    private @Nullable List<String> lines;

    /** Adds a piece of the current line. */
    public void collect(byte[] bytes, int from, int to) throws ProtocolException {
        replyBytes += to - from;
        if (replyBytes > MAX_REPLY_BYTES) {
            throw new ProtocolException("the reply has more than " + MAX_REPLY_BYTES + " bytes");
        }
        int kept = Math.min(to - from, MAX_LINE_BYTES - length);
        if (length + kept > line.length) {
            line = Arrays.copyOf(line, Math.max(FIRST_LINE_CAPACITY, Math.max(length + kept, 2 * line.length)));
        }
        System.arraycopy(bytes, from, line, length, kept);
        length += kept;
    }

    /**
     * Ends the current line, at a CRLF or at an LF alone. Returns the reply that this line completes, or null if more
     * lines follow.
     */
    public @Nullable ServerReply endOfLine() throws ProtocolException {
        replyBytes++; // so that empty lines count too
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        int code = code(end);
        boolean last = end == CODE_DIGITS || line[CODE_DIGITS] == ' ';
        if (!last && line[CODE_DIGITS] != '-') {
            throw new ProtocolException("not an SMTP reply: " + text(0, end));
        }
        String text = text(Math.min(end, CODE_DIGITS + 1), end);
        length = 0;
        if (!last) {
            lines = lines == null ? new ArrayList<>() : lines;
            lines.add(text);
            return null;
        }
        List<String> complete = lines == null ? List.of(text) : lines;
        if (lines != null) {
            lines.add(text);
        }
        lines = null;
        replyBytes = 0;
        line = EMPTY; // an idle client needs no buffer
        return new ServerReply(code, complete);
    }

    private int code(int end) throws ProtocolException {
        int code = 0;
        for (int i = 0; i < CODE_DIGITS; i++) {
            int digit = i < end ? line[i] - '0' : -1;
            if (digit < 0 || digit > 9) {
                throw new ProtocolException("not an SMTP reply: " + text(0, end));
            }
            code = code * 10 + digit;
        }
        if (code < 200 || code > 599) {
            throw new ProtocolException("invalid reply code " + code);
        }
        return code;
    }

    private String text(int from, int to) {
        return new String(line, from, Math.min(to, MAX_LINE_BYTES) - from, UTF_8);
    }
}
