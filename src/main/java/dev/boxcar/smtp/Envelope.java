// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.PathSyntax;
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
 * What a message travels in (RFC 5321 §2.3.1), and how it came: lines of {@code Key: value} in UTF-8, each ended by LF.
 *
 * <pre>
 * Session: 01JD8Y2V
 * Client: 127.0.0.1:52344
 * Helo: client.example
 * Protocol: ESMTP
 * User: someone                          (only where the client has authenticated)
 * From: &lt;a@b.example&gt; SIZE=10
 * To: &lt;c@d.example&gt; NOTIFY=NEVER      (one such line a recipient)
 * Received: 2026-11-22T09:30:00.123Z
 * Flags: bare-cr bare-lf                (only where there are any)
 * </pre>
 *
 * <p>The text is the value: {@link EnvelopeWriter} writes it as the commands are accepted, it is stored as it is, and
 * read into richer values only when somebody asks; each asking reads it anew. What asks for a line that is not there,
 * or is there malformed, throws an IllegalStateException or an IllegalArgumentException. Immutable; any thread.
 */
public final class Envelope {
    /** What was odd about the bytes of a message, which are kept as they came. */
    public enum Flag {
        /** A CR without an LF behind it. */
        BARE_CR,
        /** An LF without a CR before it. */
        BARE_LF,
        /** A byte of 0. */
        NUL;

        private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** The flag as in the envelope's text: {@code bare-cr}. */
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
    private static final byte[] TIME = "0000-00-00T00:00:00.000Z".getBytes(UTF_8);
    private static final int NONE = -1;

    private final byte[] text;
    private final int length;

    private Envelope(byte[] text, int length) {
        this.text = text;
        this.length = length;
    }

    /** Takes the first {@code length} bytes of {@code text} as they are; the caller does not change them afterwards. */
    public static Envelope of(byte[] text, int length) {
        if (length < 0 || length > text.length || (length > 0 && text[length - 1] != '\n')) {
            throw new IllegalArgumentException("an envelope is whole lines: length=" + length);
        }
        return new Envelope(text, length);
    }

    /** How many bytes the text has. */
    public int length() {
        return length;
    }

    /** The text, read-only. */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(text, 0, length).slice().asReadOnlyBuffer();
    }

    /** Puts the text into {@code target}, which has room for {@link #length()} bytes. */
    public void putInto(ByteBuffer target) {
        target.put(text, 0, length);
    }

    /** Which session it came in. */
    public String session() {
        return required(SESSION);
    }

    /** Address and port of the client. */
    public String client() {
        return required(CLIENT);
    }

    /** What the client called itself in HELO or EHLO. */
    public String helo() {
        return required(HELO);
    }

    /** SMTP, ESMTP and so on: the {@code with} of a trace line (RFC 5321 §4.4, RFC 3848). */
    public String protocol() {
        return required(PROTOCOL);
    }

    /** Whom the client has proved to be (RFC 4954), or null where it has not. */
    public @Nullable String user() {
        return first(USER);
    }

    /** Whom to tell when the message fails. */
    public ReversePath reversePath() {
        String value = required(FROM);
        return ReversePath.parse(value.substring(0, endOfReversePath(value)));
    }

    /** The parameters of MAIL, in one text; empty where there are none. */
    public String mailParameters() {
        String value = required(FROM);
        return value.substring(endOfReversePath(value)).strip();
    }

    /** What MAIL said of the message beside its sender, as values. */
    public Parameters mail() {
        return Parameters.of(mailParameters());
    }

    /** How many recipients there are; counted, without reading them. */
    public int recipientCount() {
        int count = 0;
        for (int line = find(TO_PREFIX, 0); line != NONE; line = find(TO_PREFIX, endOfLine(line) + 1)) {
            count++;
        }
        return count;
    }

    /** The recipients, in the order in which they were accepted. */
    public List<ForwardPath> forwardPaths() {
        return all(TO).stream()
                .map(value -> ForwardPath.parse(value.substring(0, endOfForwardPath(value))))
                .toList();
    }

    /** The parameters of the RCPT of this recipient, the first being 0, in one text; empty where there are none. */
    public String recipientParameters(int recipient) {
        int line = find(TO_PREFIX, 0);
        for (int i = 0; i < recipient && line != NONE; i++) {
            line = find(TO_PREFIX, endOfLine(line) + 1);
        }
        if (recipient < 0 || line == NONE) {
            throw new IndexOutOfBoundsException("recipient " + recipient + " of " + recipientCount());
        }
        String value = value(line, TO_PREFIX);
        return value.substring(endOfForwardPath(value)).strip();
    }

    /** The recipients with what their RCPTs said of them, in the order in which they were accepted. */
    public List<AcceptedRecipient> recipients() {
        return all(TO).stream()
                .map(value -> {
                    int end = endOfForwardPath(value);
                    return new AcceptedRecipient(
                            ForwardPath.parse(value.substring(0, end)), Parameters.of(value.substring(end)));
                })
                .toList();
    }

    /** When the message was complete, to the millisecond. */
    public Instant received() {
        int line = find(RECEIVED_PREFIX, 0);
        int from = line + RECEIVED_PREFIX.length;
        // as it is written here: the index asks of each message that comes, and a reader for every form was a fifth of
        // that
        try {
            if (line != NONE && isTime(from, endOfLine(line))) {
                return time(from);
            }
        } catch (DateTimeException e) {
            // the other reader knows the end of a day, and leap seconds
        }
        return Instant.parse(required(RECEIVED));
    }

    private boolean isTime(int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = text[i];
            byte pattern = i - from < TIME.length ? TIME[i - from] : 0;
            if (pattern == '0' ? b < '0' || b > '9' : b != pattern) {
                return false;
            }
        }
        return to - from == TIME.length;
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

    /** What was odd about the message; flags unknown here, of a later version, are left out. */
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

    /** The value of the first line with this key, or null where there is none. */
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
            throw new IllegalStateException("an envelope without " + key);
        }
        return value;
    }

    private static int endOfReversePath(String value) {
        byte[] bytes = Utf8.encode(value);
        return characters(bytes, PathSyntax.endOfReversePath(bytes, 0, bytes.length));
    }

    private static int endOfForwardPath(String value) {
        byte[] bytes = Utf8.encode(value);
        return characters(bytes, PathSyntax.endOfForwardPath(bytes, 0, bytes.length));
    }

    private static int characters(byte[] bytes, int end) {
        if (end == PathSyntax.MALFORMED) {
            throw new IllegalArgumentException(
                    "malformed path in an envelope: " + Utf8.printable(bytes, 0, bytes.length));
        }
        return Utf8.decode(bytes, 0, end).length();
    }

    /** The index of the first line that begins at {@code from} or later and with {@code prefix}, or -1. */
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

    /** The bytes that a line with this key begins with. */
    static byte[] prefix(String key) {
        return (key + ": ").getBytes(UTF_8);
    }

    @Override
    public String toString() {
        return Utf8.decode(text, 0, length);
    }
}
