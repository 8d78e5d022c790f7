// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.record.EhloKeywords;
import dev.boxcar.record.Irregularity;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.Read;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a record proves about when the client sent and what it knew.
 *
 * <p><b>Did not wait:</b> bytes after an item were read before the reply to the item had left.
 *
 * <p><b>Waited:</b> the server was silent for {@link #QUIET} before it replied, nothing more arrived in that time, and
 * what came next was read after the reply. Only a server that holds back its replies shows this.
 *
 * <p><b>Knew:</b> between a reply and what the client sent later there is an item for which it waited, or had to wait
 * by the rules, and nothing after that item was read before its reply had left.
 */
final class Evidence {
    /** How long a server must be silent before a reply to show that the client waits for it. */
    static final Duration QUIET = Duration.ofMillis(20);
    /** A client that says nothing for so long and then QUIT or RSET has given up waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** RFC 2920 §3.1, RFC 3207 §4, RFC 4954 §4; HELO, and HELP, whose text the client wants to read. */
    private static final Set<String> WAITED_FOR =
            Set.of("EHLO", "HELO", "DATA", "VRFY", "EXPN", "NOOP", "HELP", "QUIT", "STARTTLS", "AUTH");

    /** The mechanisms that need no challenge: RFC 4616, RFC 4422 appendix A, RFC 4505. */
    private static final Set<String> ONE_ROUND_TRIP = Set.of("AUTH PLAIN", "AUTH EXTERNAL", "AUTH ANONYMOUS");

    private final SessionRecord session;
    private final EarlierSessions earlier;
    private final List<EhloKeywords> offered = new ArrayList<>();

    Evidence(SessionRecord session, EarlierSessions earlier) {
        this.session = session;
        this.earlier = earlier;
        EhloKeywords last = EhloKeywords.NONE;
        for (Item item : session.items()) {
            offered.add(last);
            RecordedReply reply = session.replyTo(item);
            boolean isAccepted = reply != null && reply.code() / 100 == 2;
            if (isAccepted && item.isHello()) {
                last = EhloKeywords.of(reply);
            } else if (isAccepted && "STARTTLS".equals(item.verb())) {
                last = EhloKeywords.NONE; // RFC 3207 §4.2
            }
        }
    }

    SessionRecord session() {
        return session;
    }

    EarlierSessions earlier() {
        return earlier;
    }

    int size() {
        return session.items().size();
    }

    Item item(int i) {
        return session.items().get(i);
    }

    /** Whether item {@code i} is this command. */
    boolean is(int i, String verb) {
        return i >= 0 && i < size() && verb.equals(item(i).verb());
    }

    boolean isMessage(int i) {
        return i >= 0 && i < size() && item(i).kind() == Kind.MESSAGE;
    }

    /** Whether item {@code i} is a line, or a command that the server does not know. */
    boolean isUnknown(int i) {
        return i >= 0 && i < size() && item(i).kind() != Kind.MESSAGE && item(i).verb() == null;
    }

    /** The reply to item {@code i}; null if it is not known or did not leave. */
    @Nullable
    RecordedReply reply(int i) {
        RecordedReply reply = session.replyTo(item(i));
        return reply == null || reply.leftMicros() < 0 ? null : reply;
    }

    /** The code of the reply to item {@code i}, or 0 if none left. */
    int code(int i) {
        RecordedReply reply = reply(i);
        return reply == null ? 0 : reply.code();
    }

    boolean isRefused(int i) {
        return code(i) >= 400;
    }

    boolean isAccepted(int i) {
        return code(i) / 100 == 2;
    }

    /** What the server offered in reply to the last EHLO before item {@code i}. */
    EhloKeywords offered(int i) {
        return offered.get(i);
    }

    /**
     * Whether the server offers PIPECONNECT, which has no RFC: a client that knows this from a session before may talk
     * before the banner.
     */
    boolean mayTalkEarly() {
        return session.items().stream()
                .filter(Item::isHello)
                .map(session::replyTo)
                .map(EhloKeywords::of)
                .anyMatch(keywords -> keywords.has("PIPECONNECT") || keywords.has("X_PIPE_CONNECT"));
    }

    /** The read that brought the byte at this offset; null if it was not read. */
    @Nullable
    Read readOf(long offset) {
        List<Read> reads = session.reads();
        int low = 0;
        int high = reads.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Read read = reads.get(middle);
            if (offset < read.from()) {
                high = middle - 1;
            } else if (offset >= read.from() + read.bytes()) {
                low = middle + 1;
            } else {
                return read;
            }
        }
        return null;
    }

    /** The read that brought the first byte after item {@code i}. */
    @Nullable
    Read readAfter(int i) {
        return readOf(item(i).to());
    }

    /**
     * Whether the client sent something after item {@code i} before its reply had left. False for BDAT, whose reply
     * comes after its chunk, and for a client that gave up waiting and only said goodbye.
     */
    boolean didNotWait(int i) {
        Read next = readAfter(i);
        if (next == null || is(i, "BDAT")) {
            return false;
        }
        int reply = item(i).reply();
        return (reply < 0 || next.repliesLeft() <= reply) && !gaveUp(i, next);
    }

    private boolean gaveUp(int i, Read next) {
        Read before = readOf(item(i).to() - 1);
        return before != null
                && next.atMicros() - before.atMicros() >= PATIENCE.toNanos() / 1000
                && (i + 1 == size() || is(i + 1, "QUIT") || is(i + 1, "RSET"));
    }

    /** Whether the server was silent long enough before the reply to item {@code i}, and nothing more arrived. */
    boolean waited(int i) {
        return !didNotWait(i) && item(i).reply() >= 0 && wasQuietBefore(item(i).reply());
    }

    /** Whether nothing arrived for {@link #QUIET} before this reply left. */
    boolean wasQuietBefore(int reply) {
        RecordedReply left = session.replies().get(reply);
        return left.leftMicros() >= 0 && left.quietMicros() >= QUIET.toNanos() / 1000;
    }

    /**
     * Whether item {@code i} is an AUTH after which a group may go on: one with "an initial response for a SASL
     * mechanism that allows the client to send data first", which "is known to complete in one round-trip" (RFC 4954
     * §4). What a record keeps of AUTH ends with the mechanism, so anything more is a response. PIPELINING must be
     * offered, as for any group.
     */
    boolean isAuthInGroup(int i) {
        Item item = item(i);
        return ONE_ROUND_TRIP.contains(item.text().toUpperCase(Locale.ROOT)) && item.hidesSecret();
    }

    /** Whether the rules demand that the client waits for the reply to item {@code i}. */
    boolean mustWait(int i) {
        if (isAuthInGroup(i)) {
            return !offered(i).has("PIPELINING");
        }
        String verb = item(i).verb();
        if (verb == null ? item(i).isTurn() : WAITED_FOR.contains(verb)) {
            return true;
        }
        return !is(i, "BDAT") && !offered(i).has("PIPELINING");
    }

    /** Whether the client knew the reply to item {@code earlierItem} when it sent item {@code later}. */
    boolean knew(int earlierItem, int later) {
        for (int i = earlierItem; i < later; i++) {
            if (code(i) != 0 && !didNotWait(i) && (mustWait(i) || waited(i))) {
                return code(earlierItem) != 0;
            }
        }
        return false;
    }

    /**
     * Whether the client sent something after it could have read the reply to item {@code i}, when nothing was under
     * way. A client that sends an item in pieces may only seem to wait, unless the reply was held back.
     */
    boolean wentOnAfter(int i) {
        for (int later = i; later < size(); later++) {
            boolean seemsToWait = readAfter(later) != null && !didNotWait(later) && code(later) != 0;
            if (seemsToWait && (waited(later) || cameInOneRead(later))) {
                return code(i) != 0;
            }
        }
        return false;
    }

    private boolean cameInOneRead(int i) {
        Read last = readOf(item(i).to() - 1);
        return last != null && last.from() <= item(i).from();
    }

    /** The irregularities in item {@code i}. */
    List<Irregularity> irregularities(int i) {
        Item item = item(i);
        return session.irregularities().stream()
                .filter(found -> found.offset() >= item.from() && found.offset() < item.to())
                .toList();
    }

    boolean has(int i, Irregularity.Kind kind) {
        return irregularities(i).stream().anyMatch(found -> found.kind() == kind);
    }

    /** The last item that begins at or before this offset, or -1. */
    int itemAt(long offset) {
        int found = -1;
        for (int i = 0; i < size() && item(i).from() <= offset; i++) {
            found = i;
        }
        return found;
    }

    /** The index of the item with which the transaction of item {@code i} begins, or -1 if it is in none. */
    int mailOf(int i) {
        for (int before = i; before >= 0; before--) {
            Item item = item(before);
            if (is(before, "MAIL")) {
                return before;
            } else if (item.isHello() || is(before, "RSET") || is(before, "STARTTLS")) {
                return -1;
            } else if (before < i && item.kind() == Kind.MESSAGE && endsMessage(before)) {
                return -1;
            }
        }
        return -1;
    }

    /** Whether the message or chunk that is item {@code i} is the end of a message. */
    boolean endsMessage(int i) {
        return !is(i - 1, "BDAT") || item(i - 1).text().toUpperCase(Locale.ROOT).endsWith(" LAST");
    }

    /** How item {@code i} is named in a sentence: {@code NOOP (item 4)}. */
    String name(int i) {
        Item item = item(i);
        String what = item.kind() == Kind.MESSAGE ? "the message" : item.verb() == null ? "a line" : item.verb();
        return what + " (item " + i + ")";
    }

    /** The sentence about a client that did not wait for the reply to item {@code i}. */
    String sentPast(int i) {
        Read next = readAfter(i);
        RecordedReply reply = reply(i);
        long at = next == null ? 0 : next.atMicros();
        String when =
                reply == null ? "and no reply had left" : millis(reply.leftMicros() - at) + " before its reply left";
        return "the byte at offset " + item(i).to() + ", after " + name(i) + ", was read at " + millis(at) + ", "
                + when;
    }

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.3f ms", micros / 1000.0);
    }
}
