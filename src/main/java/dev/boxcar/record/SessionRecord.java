// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as it went. Times are microseconds since it began, places are bytes from the connection on. Immutable.
 *
 * <p>A <em>flight</em> is all that arrived before the server had written anything that the client could have waited
 * for; a <em>train</em> is the replies that left in one write. Both follow from the order of events, not from packets.
 *
 * @param id its name, as in log and envelope
 * @param client the client's address
 * @param began when it began, by the machine's clock
 * @param over whether it has ended
 * @param eventsLeftOut how many events behind the last that is shown were only counted
 * @param items what the client said, in order: commands, lines that are none, messages
 * @param replies what the server said, in order
 * @param flights in order
 * @param trains in order
 */
public record SessionRecord(
        String id,
        String client,
        Instant began,
        boolean over,
        long eventsLeftOut,
        List<Item> items,
        List<Said> replies,
        List<Flight> flights,
        List<Train> trains) {

    /** What an item of the input is. */
    public enum Kind {
        COMMAND,
        /** No command: too long, or with bytes that none has. */
        LINE,
        MESSAGE
    }

    /**
     * Something that the client said.
     *
     * @param verb the command's verb, or null where it is none of ours
     * @param text how it begins, empty where it may hold secrets; it is the client's, so show it as text
     * @param from its first byte in the input
     * @param bytes its length, CRLF included
     * @param atMicros when it was heard
     * @param flight the flight in which its last byte came
     * @param reply its place in {@link #replies}, or -1 while it has none
     */
    public record Item(
            Kind kind,
            @Nullable String verb,
            String text,
            long from,
            long bytes,
            long atMicros,
            int flight,
            int reply) {}

    /**
     * Something that the server said.
     *
     * @param verb what is answered, or null: the connection, a line, or time that ran out
     * @param code its code, 0 while it is not known
     * @param text its first line
     * @param queuedMicros when its place was kept
     * @param readyMicros when it was known, or -1
     * @param leftMicros when its last byte left, or -1
     * @param train the train in which its last byte left, or -1
     */
    public record Said(
            @Nullable String verb,
            int code,
            String text,
            int bytes,
            long queuedMicros,
            long readyMicros,
            long leftMicros,
            int train) {}

    /**
     * One flight.
     *
     * @param atMicros when its first bytes were read
     * @param endMicros when its last ones were
     * @param waitedMicros how long the client was silent before it, since the server's last write
     */
    public record Flight(long atMicros, long endMicros, long waitedMicros, long bytes, int reads) {}

    /** One write that took bytes: when, how many, and how many replies ended in it. */
    public record Train(long atMicros, long bytes, int replies) {}

    /**
     * How many round trips the client took: one to connect, one for the banner if it waited for that, and one for each
     * flight.
     */
    public int roundTrips() {
        boolean waitedForBanner = !flights.isEmpty()
                && !trains.isEmpty()
                && trains.get(0).atMicros() <= flights.get(0).atMicros();
        return 1 + (waitedForBanner ? 1 : 0) + flights.size();
    }

    /** Whether the client ever sent something before it could have read the reply to what it sent before. */
    public boolean pipelined() {
        for (int i = 1; i < items.size(); i++) {
            if (items.get(i).flight() == items.get(i - 1).flight()) {
                return true;
            }
        }
        return false;
    }
}
