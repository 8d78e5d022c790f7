// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.record.RecordedInput;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Read;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a recorded session as a transcript: the bytes of the client in the same segments, and the codes of the
 * replies. Each read of the server is one segment. Secrets of AUTH are replaced, see {@link AuthReplacement}.
 */
public final class TranscriptExport {
    private static final Pattern REPLY = Pattern.compile("(\\d{3}(?: [245]\\.\\d{1,3}\\.\\d{1,3})?)(.*)");

    private static final int CRLF = 2;

    private final SessionRecord session;
    private final RecordedInput input;
    private final Texts texts;
    private final AuthReplacement auth = new AuthReplacement();
    private final StringBuilder out = new StringBuilder();
    /** The input up to here has been written. */
    private long position;
    /** The next read that begins a segment. */
    private int nextRead;
    /** How many replies have been written. */
    private int replies;

    /** What the transcript says about the text of a reply. */
    public enum Texts {
        /** Only its code and its enhanced status code, because other texts differ from server to server. */
        CODES,
        /** The text of replies that have one line. */
        COMPLETE
    }

    private TranscriptExport(SessionRecord session, RecordedInput input, Texts texts) {
        this.session = session;
        this.input = input;
        this.texts = texts;
    }

    /**
     * The transcript of a session that has ended.
     *
     * @param input what the client sent; null if it was not kept
     */
    public static String of(SessionRecord session, @Nullable RecordedInput input, Texts texts)
            throws UnexportableSessionException {
        String name = "session " + session.id();
        if (!session.ended()) {
            throw new UnexportableSessionException(name + " is still open: export it after it has ended");
        }
        if (input == null) {
            throw new UnexportableSessionException(
                    name + ": this server keeps no input; start it with --record-input 64KiB");
        }
        if (session.droppedEvents() > 0) {
            throw new UnexportableSessionException(name + " was too long to be recorded completely");
        }
        if (!input.isComplete()) {
            throw new UnexportableSessionException(name + " has " + input.total()
                    + " bytes of input, of which this server kept " + input.bytes().length
                    + "; start it with --record-input " + input.total());
        }
        return new TranscriptExport(session, input, texts).export();
    }

    private String export() throws UnexportableSessionException {
        line("# Session " + session.id() + ", recorded at " + session.start() + ": a client as it was seen in use"
                + " (RFC 5321 §3).");
        header();
        RecordedReply banner =
                session.replies().isEmpty() ? null : session.replies().get(0);
        if (banner != null) {
            reply(banner);
        }
        for (Item item : session.items()) {
            sent(item.from());
            if (isAuth(item) || input.hasSecret(item.from(), item.from() + item.bytes())) {
                authentication(item);
            } else {
                sent(item.from() + item.bytes());
            }
            answer(item);
        }
        rest();
        return out.toString();
    }

    /** How the server must be set up, as far as the session shows it. */
    private void header() {
        boolean authenticates = false;
        boolean authNeedsTls = false;
        boolean startsTls = false;
        for (Item item : session.items()) {
            int code = code(item);
            authenticates |= isAuth(item) && (code == 334 || code == 235 || code == 535 || code == 501);
            authNeedsTls |= isAuth(item) && code == 538;
            startsTls |= startsTls(item);
        }
        if (authenticates || authNeedsTls) {
            line("# The recorded secrets of AUTH are replaced by these:");
            line("AUTH " + AuthReplacement.USER + ":" + AuthReplacement.PASSWORD + (authNeedsTls ? "" : " clear"));
        }
        if (startsTls) {
            line("TLS OFFERED");
        }
    }

    /** Writes the input up to {@code end}, split at line ends and where a segment begins. */
    private void sent(long end) {
        while (position < end) {
            segments();
            long to = end;
            if (nextRead < session.reads().size()) {
                to = Math.min(to, session.reads().get(nextRead).from());
            }
            to = endOfLine(position, to);
            line(TranscriptBytes.send(input.bytes(), (int) position, (int) to));
            position = to;
        }
    }

    private long endOfLine(long from, long to) {
        for (int i = (int) from; i < to; i++) {
            if (input.bytes()[i] == '\n') {
                return i + 1L;
            }
        }
        return to;
    }

    /** A line of an authentication is written in one piece; segments that begin within it begin after it. */
    private void authentication(Item item) throws UnexportableSessionException {
        segments();
        position = item.from() + item.bytes();
        if (!isAuth(item)) {
            line("C: " + auth.response(code(item)));
            return;
        }
        long publicEnd = input.secrets().stream()
                .mapToLong(RecordedInput.Range::from)
                .filter(from -> from > item.from() && from < position)
                .findFirst()
                .orElse(position - CRLF);
        boolean hasResponse = position - publicEnd > CRLF;
        String publicText = new String(input.bytes(), (int) item.from(), (int) (publicEnd - item.from()), ISO_8859_1);
        line("C: " + auth.command(publicText, hasResponse, code(item)));
    }

    /** Writes the segment that begins at this position; of several, the last one. */
    private void segments() {
        int before = nextRead;
        while (nextRead < session.reads().size()
                && session.reads().get(nextRead).from() <= position) {
            nextRead++;
        }
        if (nextRead > before) {
            segment(nextRead - 1);
        }
    }

    private void segment(int index) {
        Read read = session.reads().get(index);
        var words = new StringBuilder("SEGMENT");
        int owed = replies - read.repliesLeft();
        if (owed > 0) {
            words.append(" owed=").append(owed);
        }
        long after = read.atMicros() - microsBefore(index);
        if (after > 0) {
            words.append(" after=").append(after).append("us");
        }
        line(words.toString());
    }

    /** When the previous read was made, or the last of the replies before this read left, whichever is later. */
    private long microsBefore(int index) {
        long previous = index == 0 ? 0 : session.reads().get(index - 1).atMicros();
        int left = session.reads().get(index).repliesLeft();
        return left == 0
                ? previous
                : Math.max(previous, session.replies().get(left - 1).leftMicros());
    }

    private void answer(Item item) {
        if (item.reply() < 0) {
            return;
        }
        RecordedReply reply = session.replies().get(item.reply());
        reply(reply);
        if (startsTls(item)) {
            line("TLS");
        }
        if (reply.code() == 221 || reply.code() == 421) {
            line("S END");
        }
    }

    private static boolean isAuth(Item item) {
        return "AUTH".equals(item.verb());
    }

    private boolean startsTls(Item item) {
        return "STARTTLS".equals(item.verb()) && code(item) == 220;
    }

    private int code(Item item) {
        return item.reply() < 0 ? 0 : session.replies().get(item.reply()).code();
    }

    private void reply(RecordedReply reply) {
        replies++;
        Matcher parts = REPLY.matcher(reply.text());
        if (reply.code() == 0 || !parts.matches()) {
            return; // the session ended before the reply was known
        }
        if (reply.bytes() != reply.text().getBytes(UTF_8).length + 2) {
            line("S+ " + reply.code()); // it has more lines than one
        } else if (texts == Texts.COMPLETE
                || Objects.requireNonNull(parts.group(2)).isEmpty()) {
            line("S: " + reply.text());
        } else {
            line("S: " + parts.group(1) + " *");
        }
    }

    /** The input after the last complete item: the beginning of a message, or something that may be a secret. */
    private void rest() {
        List<Item> items = session.items();
        Item last = items.isEmpty() ? null : items.get(items.size() - 1);
        boolean isContent = last != null && ("BDAT".equals(last.verb()) || code(last) == 354);
        long left = input.total() - position;
        if (isContent) {
            sent(input.total());
        } else if (left > 0) {
            line("# The client sent " + left + " more bytes, which are neither a complete command nor a message.");
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
