// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.record.MessageFacts.Identity;
import dev.boxcar.record.MessageFacts.SameMessage;
import dev.boxcar.record.SessionRecord.Flight;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.Read;
import dev.boxcar.record.SessionRecord.RecordedReply;
import dev.boxcar.record.SessionRecord.Train;
import dev.boxcar.smtp.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a {@link Recording} and finds the flights and trains in them. For one use; confined to a thread.
 */
final class EventReader {
    private static final Verb[] VERBS = Verb.values();
    private static final EventKind[] KINDS = EventKind.values();
    private static final Irregularity.Kind[] IRREGULARITIES = Irregularity.Kind.values();
    private static final Identity[] IDENTITIES = Identity.values();
    /** A code, and the character after it. */
    private static final int CODE_CHARACTERS = 4;

    /** A reply whose fields become known one after the other. */
    private static final class Pending {
        @Nullable
        String verb;

        String text = "";
        List<String> keywords = List.of();
        int bytes;
        long queued;
        long ready = -1;
        long left = -1;
        long quiet;
        int train = -1;

        RecordedReply build() {
            return new RecordedReply(verb, code(), text, keywords, bytes, queued, ready, left, quiet, train);
        }

        private int code() {
            return text.length() < 3 ? 0 : Integer.parseInt(text.substring(0, 3));
        }
    }

    private final byte[] events;
    private int at;
    private long micros;

    private final List<Item> items = new ArrayList<>();
    private final List<Pending> replies = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final List<Flight> flights = new ArrayList<>();
    private final List<Train> trains = new ArrayList<>();
    private final List<Irregularity> irregularities = new ArrayList<>();
    private final List<MessageFacts> messages = new ArrayList<>();
    /** The offset in the input at which each flight ends. */
    private final List<Long> flightEnds = new ArrayList<>();

    private long readTo;
    private long processedTo;
    private long writtenTo;
    private long lastWriteMicros;
    private boolean wroteSinceRead = true;
    /** Since when the server has been reading, and nothing has arrived. */
    private long silentSince;

    private boolean paused;
    private String previous = "";
    /** The next reply to leave. */
    private int leaving;

    /** The offset in the output at which it begins. */
    private long leavingFrom;
    /** The item that the next queued reply answers, or -1. */
    private int unanswered = -1;

    private EventReader(byte[] events) {
        this.events = events;
    }

    static SessionRecord read(
            String id, String client, long startMillis, boolean ended, long droppedEvents, byte[] events) {
        var reader = new EventReader(events);
        while (reader.at < events.length) {
            reader.event();
        }
        return new SessionRecord(
                id,
                client,
                Instant.ofEpochMilli(startMillis),
                ended,
                droppedEvents,
                List.copyOf(reader.items),
                reader.replies.stream().map(Pending::build).toList(),
                List.copyOf(reader.reads),
                List.copyOf(reader.flights),
                List.copyOf(reader.trains),
                List.copyOf(reader.irregularities),
                List.copyOf(reader.messages),
                reader.previous.isEmpty() ? null : reader.previous);
    }

    private void event() {
        EventKind kind = KINDS[events[at++]];
        micros += number();
        switch (kind) {
            case READ -> read(number());
            case PAUSED -> paused = true;
            case RESUMED -> {
                paused = false;
                silentSince = micros;
            }
            case WRITE -> write(number());
            case COMMAND -> {
                long from = number();
                long bytes = number();
                String verb = verb();
                item(Kind.COMMAND, verb, text(), from, bytes);
            }
            case LINE -> item(Kind.LINE, null, "", number(), number());
            case MESSAGE -> {
                item(Kind.MESSAGE, null, "", number(), number());
                facts();
            }
            case PREVIOUS -> previous = text();
            case IRREGULARITY -> irregularities.add(new Irregularity(IRREGULARITIES[events[at++]], number(), micros));
            case QUEUED -> queued((int) number(), verb());
            case READY -> ready((int) number(), (int) number(), text(), text());
            case CLOSED -> {}
        }
    }

    /**
     * A flight ends when the server has replied to everything in it. If an item is incomplete at that time, the flight
     * continues to the end of that item.
     */
    private void read(long bytes) {
        boolean inItem = processedTo < readTo || unanswered >= 0;
        silentSince = micros;
        reads.add(new Read(micros, readTo, bytes, leaving));
        readTo += bytes;
        if (flights.isEmpty() || (wroteSinceRead && !inItem && leaving == replies.size())) {
            flights.add(new Flight(micros, micros, micros - lastWriteMicros, bytes, 1));
            flightEnds.add(readTo);
        } else {
            int last = flights.size() - 1;
            Flight flight = flights.get(last);
            flights.set(
                    last,
                    new Flight(
                            flight.atMicros(),
                            micros,
                            flight.waitedMicros(),
                            flight.bytes() + bytes,
                            flight.reads() + 1));
            flightEnds.set(last, readTo);
        }
        wroteSinceRead = false;
    }

    private void write(long bytes) {
        writtenTo += bytes;
        lastWriteMicros = micros;
        wroteSinceRead = true;
        int ended = 0;
        while (leaving < replies.size() && replies.get(leaving).ready >= 0) {
            Pending reply = replies.get(leaving);
            if (leavingFrom + reply.bytes > writtenTo) {
                break;
            }
            reply.left = micros;
            reply.quiet = paused ? 0 : micros - silentSince;
            reply.train = trains.size();
            leavingFrom += reply.bytes;
            leaving++;
            ended++;
        }
        trains.add(new Train(micros, bytes, ended));
    }

    private void item(Kind kind, @Nullable String verb, String text, long from, long bytes) {
        processedTo = from + bytes;
        int flight = Math.max(0, flightEnds.size() - 1);
        while (flight > 0 && flightEnds.get(flight - 1) >= processedTo) {
            flight--;
        }
        int reserved = kind == Kind.MESSAGE ? takeReplyToChunk() : -1;
        unanswered = reserved < 0 ? items.size() : -1;
        items.add(new Item(kind, verb, text, from, bytes, micros, flight, reserved));
    }

    /** The reply that BDAT has reserved for its chunk, or -1: it answers the chunk. */
    private int takeReplyToChunk() {
        int last = items.size() - 1;
        if (last < 0 || !"BDAT".equals(items.get(last).verb())) {
            return -1;
        }
        int reply = items.get(last).reply();
        items.set(last, withReply(items.get(last), -1));
        return reply;
    }

    private static Item withReply(Item item, int reply) {
        return new Item(
                item.kind(),
                item.verb(),
                item.text(),
                item.from(),
                item.bytes(),
                item.atMicros(),
                item.flight(),
                reply);
    }

    private void facts() {
        int identity = events[at++] - 1;
        if (identity >= 0) {
            long bytes = number();
            String session = text();
            int message = (int) number();
            SameMessage same = session.isEmpty() ? null : new SameMessage(session, message);
            messages.add(new MessageFacts(items.size() - 1, bytes, IDENTITIES[identity], same));
        }
    }

    private void queued(int number, @Nullable String verb) {
        while (replies.size() <= number) {
            replies.add(new Pending());
        }
        Pending reply = replies.get(number);
        reply.verb = verb;
        reply.queued = micros;
        if (unanswered >= 0) {
            items.set(unanswered, withReply(items.get(unanswered), number));
            unanswered = -1;
        }
    }

    private void ready(int number, int bytes, String text, String keywords) {
        if (number < replies.size()) {
            Pending reply = replies.get(number);
            reply.ready = micros;
            reply.bytes = bytes;
            reply.text = text;
            reply.keywords = keywords.isEmpty() ? List.of() : withoutCodes(keywords);
        }
    }

    private static List<String> withoutCodes(String lines) {
        return lines.lines()
                .filter(line -> line.length() > CODE_CHARACTERS)
                .map(line -> line.substring(CODE_CHARACTERS))
                .toList();
    }

    private @Nullable String verb() {
        int number = (int) number();
        return number == 0 ? null : VERBS[number - 1].name();
    }

    private String text() {
        int length = (int) number();
        at += length;
        return new String(events, at - length, length, UTF_8);
    }

    private long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = events[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
