// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reply of one or more lines (RFC 5321 §4.2), encoded once when it is created.
 *
 * <p>Immutable; any thread. Replies that never vary should be constants.
 */
public final class Reply {
    /** A reply line has at most 512 bytes including code and CRLF (RFC 5321 §4.5.3.1.5). */
    private static final int MAX_LINE_BYTES_WITHOUT_CRLF = 510;

    private final int code;
    private final @Nullable EnhancedStatus status;
    private final byte[] bytes;
    private final boolean ascii;

    private Reply(int code, @Nullable EnhancedStatus status, byte[] bytes, boolean ascii) {
        this.code = code;
        this.status = status;
        this.bytes = bytes;
        this.ascii = ascii;
    }

    /**
     * A reply of one or more lines, each starting with the enhanced status (RFC 2034 §4) unless that is empty.
     *
     * @throws IllegalArgumentException if the code is not between 200 and 599, the class of the status is not that of
     *     the code, there is no line, or a line has a control character or more than 512 bytes on the wire
     */
    public static Reply of(int code, String enhancedOrEmpty, String... lines) {
        return of(code, enhancedOrEmpty.isEmpty() ? null : EnhancedStatus.parse(enhancedOrEmpty), List.of(lines));
    }

    private static Reply of(int code, @Nullable EnhancedStatus status, List<String> lines) {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("a reply code must be between 200 and 599, not " + code);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a reply must have at least one line: " + code);
        }
        if (status != null && status.classOf() != code / 100) {
            throw new IllegalArgumentException("enhanced status " + status + " does not match reply code " + code);
        }
        byte[] bytes = wireForm(code, status, lines);
        return new Reply(code, status, bytes, PathSyntax.isAscii(bytes, 0, bytes.length));
    }

    /**
     * This reply with one more word at the end of its last line, for a value that differs per message, such as its id.
     * The word must be visible ASCII and short enough to keep the line within 512 bytes.
     */
    public Reply with(String word) {
        byte[] more = word.getBytes(US_ASCII);
        int end = bytes.length - 2;
        byte[] whole = Arrays.copyOf(bytes, bytes.length + more.length + 1);
        whole[end] = ' ';
        System.arraycopy(more, 0, whole, end + 1, more.length);
        whole[whole.length - 2] = '\r';
        whole[whole.length - 1] = '\n';
        return new Reply(code, status, whole, ascii);
    }

    /** The three digits. */
    public int code() {
        return code;
    }

    /** The texts, without code and enhanced status. Decoded from the wire form at each call. */
    public List<String> lines() {
        int before = "250 ".length() + (status == null ? 0 : status.toString().length() + 1);
        return toString().lines().map(line -> line.substring(before)).toList();
    }

    /**
     * The enhanced status, or null if the reply has none; 3yz and replies to EHLO and HELO never have one (RFC 2034
     * §4).
     */
    public @Nullable EnhancedStatus status() {
        return status;
    }

    /** The wire form, each line with its CRLF. This is the internal array: do not change it. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether the command failed, transiently (4yz) or permanently (5yz). */
    public boolean isError() {
        return code >= 400;
    }

    /**
     * This reply for a client that has not requested UTF-8 (RFC 6531 §3.7.4): each character outside ASCII becomes a
     * question mark.
     */
    public Reply inAscii() {
        if (ascii) {
            return this;
        }
        return of(code, status, lines().stream().map(Reply::inAscii).toList());
    }

    private static String inAscii(String line) {
        return new String(line.getBytes(US_ASCII), US_ASCII);
    }

    private static byte[] wireForm(int code, @Nullable EnhancedStatus status, List<String> lines) {
        var wire = new ByteArrayOutputStream();
        for (int i = 0; i < lines.size(); i++) {
            // the last line has its space even if no text follows (RFC 5321 §4.2)
            char separator = i < lines.size() - 1 ? '-' : ' ';
            byte[] line = Utf8.encode("" + code + separator + (status == null ? "" : status + " ") + lines.get(i));
            check(lines.get(i), line);
            wire.writeBytes(line);
            wire.write('\r');
            wire.write('\n');
        }
        return wire.toByteArray();
    }

    private static void check(String text, byte[] line) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("control character in a reply: " + Utf8.printable(line, 0, line.length));
        }
        if (line.length > MAX_LINE_BYTES_WITHOUT_CRLF) {
            throw new IllegalArgumentException("reply line too long: " + line.length + " bytes");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Reply that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The lines as on the wire, separated by LF, without a line end after the last. */
    @Override
    public String toString() {
        return new String(bytes, 0, bytes.length - 2, UTF_8).replace("\r\n", "\n");
    }
}
