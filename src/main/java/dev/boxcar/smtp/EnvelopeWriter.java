// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Ascii;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.Utf8;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Set;

/**
 * Writes the text of one {@link Envelope}, line by line as the commands are accepted, into one array that grows.
 *
 * <p>First {@link #reversePath}, then {@link #forwardPath} once a recipient, then {@link #finish}, behind which the
 * writer is spent; another order is an IllegalStateException. Confined to one thread. A recipient costs no object.
 */
public final class EnvelopeWriter {
    private static final int FIRST_BYTES = 512;

    /**
     * An array is handed over when at least one part in so many of it is used; doubling alone leaves half of it used.
     */
    private static final int LEAST_SHARE = 4;

    private static final int RECEIVED_BYTES = "Received: 2026-11-22T09:30:00.123Z\n".length();

    private static final byte[] FROM = Envelope.prefix(Envelope.FROM);
    private static final byte[] TO = Envelope.prefix(Envelope.TO);
    private static final byte[] RECEIVED = Envelope.prefix(Envelope.RECEIVED);
    private static final byte[] FLAGS = Envelope.prefix(Envelope.FLAGS);

    private enum State {
        BEGUN,
        SENDER,
        SPENT
    }

    private byte[] text;
    private int length;
    private int recipients;
    private State state = State.BEGUN;

    /** Begins an envelope with the lines made by {@link #preamble}, which are copied. */
    public EnvelopeWriter(byte[] preamble) {
        this(preamble, FIRST_BYTES);
    }

    /** The same, with room for so many bytes at once: where that is enough, nothing is copied while it grows. */
    public EnvelopeWriter(byte[] preamble, int room) {
        text = new byte[Math.max(room, preamble.length)];
        append(preamble, 0, preamble.length);
    }

    /**
     * The lines that are the same for every message of a session (until its next EHLO): make them once. A control
     * character in a value becomes a question mark, so that no client writes lines of its own.
     */
    public static byte[] preamble(String session, String client, String helo, String protocol) {
        return preamble(session, client, helo, protocol, "");
    }

    /**
     * The same, of a client that has proved to be this user (RFC 4954); empty where it has not, or the user has no
     * name.
     */
    public static byte[] preamble(String session, String client, String helo, String protocol, String userOrEmpty) {
        return (line(Envelope.SESSION, session)
                        + line(Envelope.CLIENT, client)
                        + line(Envelope.HELO, helo)
                        + line(Envelope.PROTOCOL, protocol)
                        + (userOrEmpty.isEmpty() ? "" : line(Envelope.USER, userOrEmpty)))
                .getBytes(UTF_8);
    }

    /** A preamble with one more line, for the listener that the client came by; where that is empty, with none. */
    public static byte[] withListener(byte[] preamble, String listener) {
        if (listener.isEmpty()) {
            return preamble;
        }
        byte[] line = line(Envelope.LISTENER, listener).getBytes(UTF_8);
        byte[] both = Arrays.copyOf(preamble, preamble.length + line.length);
        System.arraycopy(line, 0, both, preamble.length, line.length);
        return both;
    }

    private static String line(String key, String value) {
        var line = new StringBuilder(key).append(": ");
        value.chars().forEach(c -> line.append(Character.isISOControl(c) ? '?' : (char) c));
        return line.append('\n').toString();
    }

    /**
     * Writes the sender: the accepted bytes of MAIL from the path's {@code <} to the end of the parameters, as they
     * came, save that a run of spaces behind the path becomes one.
     *
     * @throws IllegalArgumentException if there is a control among the bytes, or a run of spaces and no path before it
     */
    public void reversePath(byte[] o, int from, int to) {
        require(State.BEGUN);
        if (isOneLine(o, from, to)) {
            appendLine(FROM, o, from, to);
        } else {
            appendLine(FROM, o, from, to, PathSyntax.endOfReversePath(o, from, to));
        }
        state = State.SENDER;
    }

    /** Writes one more recipient, from the bytes of RCPT; all else as in {@link #reversePath}. */
    public void forwardPath(byte[] o, int from, int to) {
        require(State.SENDER);
        if (isOneLine(o, from, to)) {
            appendLine(TO, o, from, to);
        } else {
            appendLine(TO, o, from, to, PathSyntax.endOfForwardPath(o, from, to));
        }
        recipients++;
    }

    /** How many recipients were written. */
    public int recipients() {
        return recipients;
    }

    /** How many bytes the text has by now. */
    public long bytes() {
        return length;
    }

    /** How many bytes of memory the text takes by now. */
    public long memory() {
        return text.length;
    }

    /** How many bytes of memory the text takes once a recipient of so many bytes was written. */
    public long memoryWith(int bytes) {
        return roomFor(lineBytes(TO, bytes));
    }

    private static int lineBytes(byte[] prefix, int bytes) {
        return prefix.length + bytes + 1;
    }

    /** Writes when the message was complete, to the millisecond and of a year up to 9999, and what was odd about it. */
    public Envelope finish(Instant received, Set<Envelope.Flag> flags) {
        require(State.SENDER);
        appendReceived(LocalDateTime.ofEpochSecond(received.getEpochSecond(), received.getNano(), ZoneOffset.UTC));
        if (!flags.isEmpty()) {
            appendFlags(flags);
        }
        state = State.SPENT;
        boolean wellFilled = length >= text.length / LEAST_SHARE;
        byte[] whole = wellFilled ? text : Arrays.copyOf(text, length);
        text = new byte[0];
        return Envelope.of(whole, length);
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("envelope writer is " + state + ", not " + expected);
        }
    }

    /** Whether the bytes may be copied as they are: no two spaces in a row, none at the end. Refuses controls. */
    private static boolean isOneLine(byte[] o, int from, int to) {
        if (from < to && Ascii.isVisible(o, from, to)) {
            return true; // a path without parameters, as nearly all are
        }
        boolean asTheyAre = true;
        int before = ' ';
        for (int i = from; i < to; i++) {
            int b = o[i];
            if ((b >= 0 && b < ' ') || b == 0x7F) {
                throw new IllegalArgumentException("control in a path: " + Utf8.printable(o, from, to));
            }
            asTheyAre &= b != ' ' || before != ' ';
            before = b;
        }
        return asTheyAre && before != ' ';
    }

    private void appendLine(byte[] prefix, byte[] o, int from, int to) {
        ensureRoom(lineBytes(prefix, to - from));
        append(prefix, 0, prefix.length);
        append(o, from, to);
        append('\n');
    }

    /**
     * A line whose spaces behind the path, and only these, are to be put in order; those in the path are the client's.
     */
    private void appendLine(byte[] prefix, byte[] o, int from, int to, int endOfPath) {
        if (endOfPath == PathSyntax.MALFORMED) {
            throw new IllegalArgumentException("no path: " + Utf8.printable(o, from, to));
        }
        ensureRoom(lineBytes(prefix, to - from));
        append(prefix, 0, prefix.length);
        append(o, from, endOfPath);
        boolean owesSpace = false;
        for (int i = endOfPath; i < to; i++) {
            if (o[i] == ' ') {
                owesSpace = true;
            } else {
                if (owesSpace) {
                    append(' ');
                    owesSpace = false;
                }
                append(o[i]);
            }
        }
        append('\n');
    }

    private void appendReceived(LocalDateTime time) {
        ensureRoom(RECEIVED_BYTES);
        append(RECEIVED, 0, RECEIVED.length);
        appendDigits(time.getYear(), 4, '-');
        appendDigits(time.getMonthValue(), 2, '-');
        appendDigits(time.getDayOfMonth(), 2, 'T');
        appendDigits(time.getHour(), 2, ':');
        appendDigits(time.getMinute(), 2, ':');
        appendDigits(time.getSecond(), 2, '.');
        appendDigits(time.getNano() / 1_000_000, 3, 'Z');
        append('\n');
    }

    private void appendDigits(int number, int digits, char behind) {
        ensureRoom(digits);
        int rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        append(behind);
    }

    private void appendFlags(Set<Envelope.Flag> flags) {
        append(FLAGS, 0, FLAGS.length);
        boolean first = true;
        for (Envelope.Flag flag : Envelope.Flag.values()) {
            if (flags.contains(flag)) {
                byte[] word = (first ? flag.text() : " " + flag.text()).getBytes(UTF_8);
                append(word, 0, word.length);
                first = false;
            }
        }
        append('\n');
    }

    private void append(byte[] o, int from, int to) {
        ensureRoom(to - from);
        System.arraycopy(o, from, text, length, to - from);
        length += to - from;
    }

    private void append(int b) {
        ensureRoom(1);
        text[length++] = (byte) b;
    }

    private void ensureRoom(int bytes) {
        if (text.length - length < bytes) {
            text = Arrays.copyOf(text, Math.toIntExact(roomFor(bytes)));
        }
    }

    /** What the array has when so many bytes more are in it. */
    private long roomFor(int bytes) {
        long needed = (long) length + bytes;
        return needed <= text.length ? text.length : Math.max(2L * text.length, needed);
    }
}
