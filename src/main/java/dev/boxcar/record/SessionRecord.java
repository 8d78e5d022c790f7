// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.api.PublicApi;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recording of one session. Times are microseconds since its start; offsets are bytes since the start of the
 * connection. Immutable.
 *
 * <p>A <em>flight</em> is a group of input that the client sent without waiting for a reply: everything that arrived
 * before the server wrote something that the client could have waited for. A <em>train</em> is the replies that left in
 * one write. Both follow from the order of events, not from packets.
 *
 * @param id the session's id, as in log and envelope
 * @param client the client's address
 * @param start when it began, by the machine's clock
 * @param ended whether it has ended
 * @param droppedEvents how many events were not recorded but only counted, all of them after the last recorded event
 * @param items everything that the client sent, in order: commands, other lines, messages
 * @param replies what the server replied, in order
 * @param reads in order
 * @param flights in order
 * @param trains in order
 * @param irregularities in order; empty if the recorder did not look at the bytes of commands and messages
 * @param messages the complete messages, in order; empty if the recorder did not look at them
 * @param previousSession the id of the last session before this one of a client with the same address and name; null if
 *     there was none recently, or the recorder did not look for it
 */
@PublicApi
public record SessionRecord(
        String id,
        String client,
        Instant start,
        boolean ended,
        long droppedEvents,
        List<Item> items,
        List<RecordedReply> replies,
        List<Read> reads,
        List<Flight> flights,
        List<Train> trains,
        List<Irregularity> irregularities,
        List<MessageFacts> messages,
        @Nullable String previousSession) {

    /** The kinds of items in the input. */
    public enum Kind {
        COMMAND,
        /** A line that is not a command: it is too long, or has bytes that no command may have. */
        LINE,
        MESSAGE
    }

    /**
     * Something that the client sent.
     *
     * @param verb the command's verb; null if it is unknown or the item is not a command
     * @param text the beginning of a command. Of AUTH it is at most the mechanism, and it is empty for an unknown
     *     command but TURN: they may contain secrets. The client chose it, so show it as text
     * @param from the offset of its first byte in the input
     * @param bytes its length, CRLF included
     * @param atMicros when it was processed
     * @param flight the index of the flight in which its last byte arrived
     * @param reply the index of its reply in {@link #replies}, or -1 if it has none yet
     */
    public record Item(
            Kind kind,
            @Nullable String verb,
            String text,
            long from,
            long bytes,
            long atMicros,
            int flight,
            int reply) {
        private static final int CRLF_BYTES = 2;

        /** The offset after its last byte. */
        public long to() {
            return from + bytes;
        }

        /** Whether it is TURN, which is obsolete and unknown to the server (RFC 5321 appendix F.1). */
        public boolean isTurn() {
            return verb == null && "TURN".equalsIgnoreCase(text);
        }

        /** Whether it is AUTH with something that is not kept: an initial response, or an unknown mechanism. */
        public boolean hidesSecret() {
            return "AUTH".equals(verb) && bytes > text.length() + CRLF_BYTES;
        }

        /** The beginning of a command as it may be shown: at least its verb. */
        public String publicText() {
            return text.isEmpty() && verb != null ? verb : text;
        }

        /** Whether it is EHLO or HELO. */
        public boolean isHello() {
            return "EHLO".equals(verb) || "HELO".equals(verb);
        }
    }

    /**
     * A reply of the server.
     *
     * @param verb the command that it answers; null for the banner, for a line that is not a command, and for a timeout
     * @param code its code; 0 while it is not known
     * @param text its first line
     * @param keywords the other lines of a reply to EHLO, without the code; empty for other replies
     * @param queuedMicros when it was queued, or its place reserved
     * @param readyMicros when it was known, or -1
     * @param leftMicros when its last byte left, or -1
     * @param quietMicros how long the server had been reading, and nothing had arrived, when it left
     * @param train the index of the train in which its last byte left, or -1
     */
    public record RecordedReply(
            @Nullable String verb,
            int code,
            String text,
            List<String> keywords,
            int bytes,
            long queuedMicros,
            long readyMicros,
            long leftMicros,
            long quietMicros,
            int train) {}

    /**
     * One read of the server.
     *
     * @param atMicros when it was made
     * @param from the offset of its first byte in the input
     * @param bytes how many bytes it brought
     * @param repliesLeft how many replies had left completely before it
     */
    public record Read(long atMicros, long from, long bytes, int repliesLeft) {}

    /**
     * One flight.
     *
     * @param atMicros when its first bytes were read
     * @param endMicros when its last bytes were read
     * @param waitedMicros how long the client was silent before it, since the server's last write
     */
    public record Flight(long atMicros, long endMicros, long waitedMicros, long bytes, int reads) {}

    /** One write: when it was made, how many bytes it took, and how many replies ended in it. */
    public record Train(long atMicros, long bytes, int replies) {}

    /**
     * The number of flights that the client waited for; each takes one round trip. Connecting and the banner are not
     * among them.
     */
    public int roundTrips() {
        return flights.size();
    }

    /** The round trips before the first command: one to connect, and one for the banner if the client waited for it. */
    public int openingRoundTrips() {
        return reads.isEmpty() || reads.get(0).repliesLeft() > 0 ? 2 : 1;
    }

    /** The least number of round trips for the same session with every extension that the server offered. */
    public int possibleRoundTrips() {
        return RoundTrips.possible(this);
    }

    /** The round trips of this session. */
    public RoundTrips trips() {
        return new RoundTrips(openingRoundTrips(), roundTrips(), possibleRoundTrips());
    }

    /** When the last read or write was made; 0 if there was none. */
    public long lastMicros() {
        long read = reads.isEmpty() ? 0 : reads.get(reads.size() - 1).atMicros();
        return Math.max(
                read, trains.isEmpty() ? 0 : trains.get(trains.size() - 1).atMicros());
    }

    /** The reply to this item; null if there was none, or it was not recorded. */
    public @Nullable RecordedReply replyTo(Item item) {
        return item.reply() < 0 ? null : replies.get(item.reply());
    }

    /** Whether the client ever sent an item before it could have read the reply to the item before. */
    public boolean pipelined() {
        for (int i = 1; i < items.size(); i++) {
            if (items.get(i).flight() == items.get(i - 1).flight()) {
                return true;
            }
        }
        return false;
    }
}
