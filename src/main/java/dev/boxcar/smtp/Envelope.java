// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.path.Utf8;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of a message (RFC 5321 §2.3.1), and how it was received: lines of {@code Key: value} in UTF-8, each
 * ended by LF.
 *
 * <pre>
 * Session: 01JD8Y2V
 * Client: 127.0.0.1:52344
 * Helo: client.example
 * Protocol: ESMTP
 * User: someone                          (only if the client has authenticated)
 * From: &lt;a@b.example&gt; SIZE=10
 * To: &lt;c@d.example&gt; NOTIFY=NEVER      (one such line per recipient)
 * Received: 2026-11-22T09:30:00.123Z
 * Flags: bare-cr bare-lf                (only if there are any)
 * </pre>
 *
 * <p>The text is the value: {@link EnvelopeWriter} writes it as commands are accepted, and it is stored unchanged. Each
 * accessor parses it anew. Unless it says otherwise, an accessor throws an IllegalStateException if its line is
 * missing, and an IllegalArgumentException if it is malformed. Immutable; any thread.
 */
public final class Envelope {
    /** Irregularities in the bytes of a message, which is stored unchanged. */
    public enum Flag {
        /** A CR that no LF follows. */
        BARE_CR,
        /** An LF that no CR precedes. */
        BARE_LF,
        /** A zero byte. */
        NUL;

        private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** The flag's name in the envelope's text, such as {@code bare-cr}. */
        public String text() {
            return text;
        }
    }

    static final String SESSION = "Session";
    static final String CLIENT = "Client";
    static final String HELO = "Helo";
    static final String PROTOCOL = "Protocol";
    static final String LISTENER = "Listener";
    static final String USER = "User";
    static final String FROM = "From";
    static final String TO = "To";
    static final String RECEIVED = "Received";
    static final String FLAGS = "Flags";

    private static final byte[] TO_PREFIX = prefix(TO);
    private static final byte[] RECEIVED_PREFIX = prefix(RECEIVED);
    private static final byte[] TIME_PATTERN = "0000-00-00T00:00:00.000Z".getBytes(UTF_8);
    private static final int NONE = -1;

    private final byte[] text;
    private final int length;

    private Envelope(byte[] text, int length) {
        this.text = text;
        this.length = length;
    }

    /** Wraps the first {@code length} bytes of {@code text}, which the caller must not change afterwards. */
    public static Envelope of(byte[] text, int length) {
        if (length < 0 || length > text.length || (length > 0 && text[length - 1] != '\n')) {
            throw new IllegalArgumentException("an envelope must consist of whole lines: length=" + length);
        }
        return new Envelope(text, length);
    }

    /** The length of the text, in bytes. */
    public int length() {
        return length;
    }

    /** The text, read-only. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(text, 0, length).slice().asReadOnlyBuffer();
    }

    /** Copies the text to {@code target}, which must have room for {@link #length()} bytes. */
    public void putInto(ByteBuffer target) {
        target.put(text, 0, length);
    }

    /** The id of the session that received the message. */
    public String session() {
        return required(SESSION);
    }

    /** The address and port of the client. */
    public String client() {
        return required(CLIENT);
    }

    /** The name that the client gave in HELO or EHLO. */
    public String helo() {
        return required(HELO);
    }

    /** SMTP, ESMTP and so on: the {@code with} clause of a trace line (RFC 5321 §4.4, RFC 3848). */
    public String protocol() {
        return required(PROTOCOL);
    }

    /** The user as which the client has authenticated (RFC 4954), or null if it has not. */
    public @Nullable String user() {
        return first(USER);
    }

    /** The {@code From} line as stored, or null if it is missing. */
    public @Nullable EnvelopePath sender() {
        String value = first(FROM);
        return value == null ? null : EnvelopePath.ofSender(value);
    }

    /** The {@code To} lines as stored, in the order in which RCPT was accepted. */
    public List<EnvelopePath> recipientLines() {
        return all(TO).stream().map(EnvelopePath::ofRecipient).toList();
    }

    /** The reverse-path: the address for failure notifications. */
    public ReversePath reversePath() {
        return EnvelopePath.ofSender(required(FROM)).asReversePath();
    }

    /** The parameters of MAIL. */
    public Parameters mail() {
        return EnvelopePath.ofSender(required(FROM)).asParameters();
    }

    /** The number of recipients. Counts lines and does not parse them. */
    public int recipientCount() {
        int count = 0;
        for (int line = find(TO_PREFIX, 0); line != NONE; line = find(TO_PREFIX, endOfLine(line) + 1)) {
            count++;
        }
        return count;
    }

    /** The forward-paths, in the order in which they were accepted. */
    public List<ForwardPath> forwardPaths() {
        return recipientLines().stream().map(EnvelopePath::asForwardPath).toList();
    }

    /**
     * The forward-path of one recipient. Parses no other.
     *
     * @throws IndexOutOfBoundsException if there are fewer recipients
     */
    public ForwardPath forwardPath(int index) {
        int line = find(TO_PREFIX, 0);
        for (int i = 0; i < index && line != NONE; i++) {
            line = find(TO_PREFIX, endOfLine(line) + 1);
        }
        if (line == NONE) {
            throw new IndexOutOfBoundsException("the envelope has no recipient " + index);
        }
        return EnvelopePath.ofRecipient(value(line, TO_PREFIX)).asForwardPath();
    }

    /** The recipients with the parameters of their RCPT, in the order in which they were accepted. */
    public List<AcceptedRecipient> recipients() {
        return recipientLines().stream()
                .map(line -> new AcceptedRecipient(line.asForwardPath(), line.asParameters()))
                .toList();
    }

    /** When the end of the message was received, to the millisecond. */
    public Instant received() {
        int line = find(RECEIVED_PREFIX, 0);
        int from = line + RECEIVED_PREFIX.length;
        // read by hand in the form that EnvelopeWriter writes: the index needs the time of every message, and
        // Instant.parse took a fifth of the time for indexing one
        try {
            if (line != NONE && isTimestamp(from, endOfLine(line))) {
                return time(from);
            }
        } catch (DateTimeException e) {
            // Instant.parse also accepts 24:00 and leap seconds
        }
        return Instant.parse(required(RECEIVED));
    }

    private boolean isTimestamp(int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = text[i];
            byte pattern = i - from < TIME_PATTERN.length ? TIME_PATTERN[i - from] : 0;
            if (pattern == '0' ? b < '0' || b > '9' : b != pattern) {
                return false;
            }
        }
        return to - from == TIME_PATTERN.length;
    }

    private Instant time(int from) {
        LocalDate day = LocalDate.of(number(from, 4), number(from + 5, 2), number(from + 8, 2));
        LocalTime time = LocalTime.of(
                number(from + 11, 2), number(from + 14, 2), number(from + 17, 2), number(from + 20, 3) * 1_000_000);
        return LocalDateTime.of(day, time).toInstant(ZoneOffset.UTC);
    }

    private int number(int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            number = 10 * number + text[i] - '0';
        }
        return number;
    }

    /** The irregularities of the message. Flags of a later version are ignored. */
    public Set<Flag> flags() {
        var flags = EnumSet.noneOf(Flag.class);
        String value = first(FLAGS);
        if (value != null) {
            List<String> words = List.of(value.split(" ", -1));
            for (Flag flag : Flag.values()) {
                if (words.contains(flag.text())) {
                    flags.add(flag);
                }
            }
        }
        return flags;
    }

    /** The value of the first line with this key, or null if there is none. */
    public @Nullable String first(String key) {
        byte[] prefix = prefix(key);
        int line = find(prefix, 0);
        return line == NONE ? null : value(line, prefix);
    }

    /** The values of all lines with this key, in order. */
    public List<String> all(String key) {
        byte[] prefix = prefix(key);
        var values = new ArrayList<String>();
        for (int line = find(prefix, 0); line != NONE; line = find(prefix, endOfLine(line) + 1)) {
            values.add(value(line, prefix));
        }
        return List.copyOf(values);
    }

    private String required(String key) {
        String value = first(key);
        if (value == null) {
            throw new IllegalStateException("the envelope has no line " + key);
        }
        return value;
    }

    /** The start of the first line at or after {@code from} that begins with {@code prefix}, or -1. */
    private int find(byte[] prefix, int from) {
        for (int line = from; line < length; line = endOfLine(line) + 1) {
            if (beginsWith(prefix, line)) {
                return line;
            }
        }
        return NONE;
    }

    private boolean beginsWith(byte[] prefix, int line) {
        if (length - line < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (text[line + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private int endOfLine(int line) {
        int end = line;
        while (text[end] != '\n') {
            end++;
        }
        return end;
    }

    private String value(int line, byte[] prefix) {
        return Utf8.decode(text, line + prefix.length, endOfLine(line));
    }

    /** The bytes with which a line of this key begins. */
    static byte[] prefix(String key) {
        return (key + ": ").getBytes(UTF_8);
    }

    @Override
    public String toString() {
        return Utf8.decode(text, 0, length);
    }
}
