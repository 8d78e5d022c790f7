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
 * One reply, of one or more lines (RFC 5321 §4.2). Knows its wire form, made once at birth, and nothing else.
 *
 * <p>Immutable; any thread. Make the replies that are always the same once, and share them.
 */
public final class Reply {
    /** A reply line has at most 512 bytes with its code and its CRLF (RFC 5321 §4.5.3.1.5). */
    private static final int MOST_BYTES_A_LINE = 510;

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
     * A reply of one or more lines, each of which will carry the enhanced status (RFC 2034 §4) unless that is empty.
     *
     * @throws IllegalArgumentException if the code is not of 200 to 599, the status is of another class than the code,
     *     there is no line, or a line has a control character or makes more than 512 bytes on the wire
     */
    public static Reply of(int code, String enhancedOrEmpty, String... lines) {
        return of(code, enhancedOrEmpty.isEmpty() ? null : EnhancedStatus.parse(enhancedOrEmpty), List.of(lines));
    }

    private static Reply of(int code, @Nullable EnhancedStatus status, List<String> lines) {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("a reply code is of 200 to 599, not " + code);
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a reply has at least one line: " + code);
        }
        if (status != null && status.classOf() != code / 100) {
            throw new IllegalArgumentException("status " + status + " is of another class than code " + code);
        }
        byte[] bytes = wireForm(code, status, lines);
        return new Reply(code, status, bytes, PathSyntax.isAscii(bytes, 0, bytes.length));
    }

    /**
     * This reply with a word more at the end of its last line: for what is told anew of each message, such as its id.
     * The word is of visible ASCII, and not so long that the line makes more than 512 bytes.
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

    /** The texts, without code and status; read from the wire form, since hardly anybody asks. */
    public List<String> lines() {
        int before = "250 ".length() + (status == null ? 0 : status.toString().length() + 1);
        return toString().lines().map(line -> line.substring(before)).toList();
    }

    /** The enhanced status, or null where the reply has none (RFC 2034 §4: 3yz never, EHLO and HELO never). */
    public @Nullable EnhancedStatus status() {
        return status;
    }

    /** The wire form, every line with its CRLF. It is the same array every time and not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether the command failed, for now (4yz) or for good (5yz). */
    public boolean isError() {
        return code >= 400;
    }

    /**
     * This reply for a client that has not asked for UTF-8 (RFC 6531 §3.7.4): what is outside ASCII becomes a question
     * mark.
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
            // the last line has its space even with no text behind it (RFC 5321 §4.2)
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
            throw new IllegalArgumentException("control in a reply: " + Utf8.printable(line, 0, line.length));
        }
        if (line.length > MOST_BYTES_A_LINE) {
            throw new IllegalArgumentException("a reply line of " + line.length + " octets");
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

    /** The lines as on the wire, parted by LF, without a line end behind the last. */
    @Override
    public String toString() {
        return new String(bytes, 0, bytes.length - 2, UTF_8).replace("\r\n", "\n");
    }
}
