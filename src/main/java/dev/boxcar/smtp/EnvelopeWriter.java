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
 * Writes the text of one {@link Envelope}, line by line as commands are accepted, into one array that grows. A
 * recipient allocates no object.
 *
 * <p>Call {@link #reversePath}, then {@link #forwardPath} once per recipient, then {@link #finish}; any other order is
 * an IllegalStateException. Confined to one thread.
 */
public final class EnvelopeWriter {
    private static final int INITIAL_BYTES = 512;

    /** {@link #finish} hands over its array if at least this fraction is used (1/4); else it makes a smaller copy. */
    private static final int MIN_USED_FRACTION = 4;

    private static final int RECEIVED_BYTES = "Received: 2026-11-22T09:30:00.123Z\n".length();

    private static final byte[] FROM = Envelope.prefix(Envelope.FROM);
    private static final byte[] TO = Envelope.prefix(Envelope.TO);
    private static final byte[] RECEIVED = Envelope.prefix(Envelope.RECEIVED);
    private static final byte[] FLAGS = Envelope.prefix(Envelope.FLAGS);

    private enum State {
        NEW,
        HAS_SENDER,
        FINISHED
    }

    private byte[] text;
    private int length;
    private int recipients;
    private State state = State.NEW;

    /** Starts an envelope with a copy of the lines made by {@link #preamble}. */
    public EnvelopeWriter(byte[] preamble) {
        this(preamble, INITIAL_BYTES);
    }

    /** The same, with an initial capacity in bytes. */
    public EnvelopeWriter(byte[] preamble, int capacity) {
        text = new byte[Math.max(capacity, preamble.length)];
        append(preamble, 0, preamble.length);
    }

    /**
     * The lines that are the same for every message of a session until its next EHLO, so that they are made only once.
     * A control character in a value becomes a question mark, so that a client cannot add lines.
     */
    public static byte[] preamble(String session, String client, String helo, String protocol) {
        return preamble(session, client, helo, protocol, "");
    }

    /**
     * The same, with the user as which the client has authenticated (RFC 4954). {@code userOrEmpty} is empty if it has
     * not, or if the user has no name.
     */
    public static byte[] preamble(String session, String client, String helo, String protocol, String userOrEmpty) {
        return (line(Envelope.SESSION, session)
                        + line(Envelope.CLIENT, client)
                        + line(Envelope.HELO, helo)
                        + line(Envelope.PROTOCOL, protocol)
                        + (userOrEmpty.isEmpty() ? "" : line(Envelope.USER, userOrEmpty)))
                .getBytes(UTF_8);
    }

    /** A preamble with one more line, for the listener that accepted the client, unless that is empty. */
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
     * Writes the sender: the bytes of MAIL from the path's {@code <} to the end of the parameters. They are copied
     * unchanged, except that a run of spaces after the path becomes one space.
     *
     * @throws IllegalArgumentException if the bytes contain a control character, or a run of spaces and no path before
     *     it
     */
    public void reversePath(byte[] o, int from, int to) {
        require(State.NEW);
        if (isNormalized(o, from, to)) {
            appendLine(FROM, o, from, to);
        } else {
            appendLine(FROM, o, from, to, PathSyntax.LENIENT.endOfReversePath(o, from, to));
        }
        state = State.HAS_SENDER;
    }

    /** Writes one more recipient from the bytes of RCPT, in the same way as {@link #reversePath}. */
    public void forwardPath(byte[] o, int from, int to) {
        require(State.HAS_SENDER);
        if (isNormalized(o, from, to)) {
            appendLine(TO, o, from, to);
        } else {
            appendLine(TO, o, from, to, PathSyntax.LENIENT.endOfForwardPath(o, from, to));
        }
        recipients++;
    }

    /** The number of recipients written. */
    public int recipients() {
        return recipients;
    }

    /** The length of the text so far, in bytes. */
    public long bytes() {
        return length;
    }

    /** The memory that the text occupies now, in bytes. */
    public long memory() {
        return text.length;
    }

    /** The memory that the text would occupy with one more recipient of {@code bytes} bytes. */
    public long memoryWith(int bytes) {
        return capacityFor(lineBytes(TO, bytes));
    }

    private static int lineBytes(byte[] prefix, int bytes) {
        return prefix.length + bytes + 1;
    }

    /** Writes when the message was received, to the millisecond and up to the year 9999, and its irregularities. */
    public Envelope finish(Instant received, Set<Envelope.Flag> flags) {
        require(State.HAS_SENDER);
        appendReceived(LocalDateTime.ofEpochSecond(received.getEpochSecond(), received.getNano(), ZoneOffset.UTC));
        if (!flags.isEmpty()) {
            appendFlags(flags);
        }
        state = State.FINISHED;
        boolean wellUsed = length >= text.length / MIN_USED_FRACTION;
        byte[] whole = wellUsed ? text : Arrays.copyOf(text, length);
        text = new byte[0];
        return Envelope.of(whole, length);
    }

    private void require(State expected) {
        if (state != expected) {
            throw new IllegalStateException("the envelope writer is " + state + ", not " + expected);
        }
    }

    /** Whether the bytes can be copied unchanged: no two spaces in a row, and none at the end. Rejects controls. */
    private static boolean isNormalized(byte[] o, int from, int to) {
        if (from < to && Ascii.isVisible(o, from, to)) {
            return true; // a path without parameters: the common case
        }
        boolean normalized = true;
        int previous = ' ';
        for (int i = from; i < to; i++) {
            int b = o[i];
            if ((b >= 0 && b < ' ') || b == 0x7F) {
                throw new IllegalArgumentException("control character in a path: " + Utf8.printable(o, from, to));
            }
            normalized &= b != ' ' || previous != ' ';
            previous = b;
        }
        return normalized && previous != ' ';
    }

    private void appendLine(byte[] prefix, byte[] o, int from, int to) {
        ensureCapacity(lineBytes(prefix, to - from));
        append(prefix, 0, prefix.length);
        append(o, from, to);
        append('\n');
    }

    /** Appends a line, with each run of spaces after the path made one; spaces in the path are kept. */
    private void appendLine(byte[] prefix, byte[] o, int from, int to, int endOfPath) {
        if (endOfPath == PathSyntax.MALFORMED) {
            throw new IllegalArgumentException("malformed path: " + Utf8.printable(o, from, to));
        }
        ensureCapacity(lineBytes(prefix, to - from));
        append(prefix, 0, prefix.length);
        append(o, from, endOfPath);
        boolean spacePending = false;
        for (int i = endOfPath; i < to; i++) {
            if (o[i] == ' ') {
                spacePending = true;
            } else {
                if (spacePending) {
                    append(' ');
                    spacePending = false;
                }
                append(o[i]);
            }
        }
        append('\n');
    }

    private void appendReceived(LocalDateTime time) {
        ensureCapacity(RECEIVED_BYTES);
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

    private void appendDigits(int number, int digits, char separator) {
        ensureCapacity(digits);
        int rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        append(separator);
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
        ensureCapacity(to - from);
        System.arraycopy(o, from, text, length, to - from);
        length += to - from;
    }

    private void append(int b) {
        ensureCapacity(1);
        text[length++] = (byte) b;
    }

    private void ensureCapacity(int bytes) {
        if (text.length - length < bytes) {
            text = Arrays.copyOf(text, Math.toIntExact(capacityFor(bytes)));
        }
    }

    /** The capacity of the array once it holds {@code bytes} more bytes. */
    private long capacityFor(int bytes) {
        long needed = (long) length + bytes;
        return needed <= text.length ? text.length : Math.max(2L * text.length, needed);
    }
}
