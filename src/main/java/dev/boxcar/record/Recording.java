// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.Client;
import dev.boxcar.smtp.server.SessionListener;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One session, being recorded: a few octets an event, 64 KiB at most, and none while all recordings together are over their bound; from
 * the first event that finds no room on, they are only counted. Of a command its first octets are kept, of AUTH and of lines that are no command nothing but their place, since they may hold secrets. Written on the session's
 * loop, looked at by any thread; its lock is held while octets are copied.
 */
@SuppressWarnings("EnumOrdinal") // a recording never leaves the process that made it
final class Recording implements SessionListener {
    static final int MOST_OCTETS = 64 * 1024;
    static final int MOST_TEXT = 80;
    /** What one takes beside its events: its objects, and its place among the others. */
    private static final int OWN_OCTETS = 300;

    private static final int FIRST_OCTETS = 64;

    private final Client client;
    private final long beganMillis;
    private final Recorder all;
    private byte[] events = new byte[FIRST_OCTETS];
    private int length;
    private long lastNanos;
    private boolean over;
    private long eventsLeftOut;

    Recording(Client client, long nanos, long millis, Recorder all) {
        this.client = client;
        this.lastNanos = nanos;
        this.beganMillis = millis;
        this.all = all;
        all.grew(OWN_OCTETS + FIRST_OCTETS);
    }

    @Override
    public synchronized void read(byte[] octets, int from, int to, long nanos) {
        if (begin(EventKind.READ, nanos)) {
            number(to - from);
        }
    }

    @Override
    public synchronized void wrote(long octets, long nanos) {
        if (octets > 0 && begin(EventKind.WRITE, nanos)) {
            number(octets);
        }
    }

    @Override
    public synchronized void command(Command command, long from, long to, long nanos) {
        if (begin(EventKind.COMMAND, nanos)) {
            place(from, to);
            Verb verb = command.verb();
            verb(verb);
            boolean mayBeKept = verb != null && !verb.name().equals("AUTH");
            text(command.octets(), command.lineFrom(), mayBeKept ? command.argumentTo() : command.lineFrom());
        }
    }

    @Override
    public synchronized void line(long from, long to, long nanos) {
        if (begin(EventKind.LINE, nanos)) {
            place(from, to);
        }
    }

    @Override
    public synchronized void message(long from, long to, long nanos) {
        if (begin(EventKind.MESSAGE, nanos)) {
            place(from, to);
        }
    }

    @Override
    public synchronized void queued(long place, @Nullable Verb verb, long nanos) {
        if (begin(EventKind.QUEUED, nanos)) {
            number(place);
            verb(verb);
        }
    }

    @Override
    public synchronized void ready(long place, Reply reply, int octets, long nanos) {
        if (begin(EventKind.READY, nanos)) {
            number(place);
            number(octets);
            byte[] wire = reply.octets();
            int end = 0;
            while (end < wire.length && wire[end] != '\r') {
                end++;
            }
            text(wire, 0, end);
        }
    }

    @Override
    public synchronized void closed(long nanos) {
        begin(EventKind.CLOSED, nanos);
        resize(length);
        over = true;
        all.ended(this);
    }

    String session() {
        return client.session();
    }

    /** What it takes, once it is over. */
    long octets() {
        return (long) OWN_OCTETS + events.length;
    }

    /** The session as it went so far. */
    SessionRecord look() {
        byte[] copy;
        boolean ended;
        long missing;
        synchronized (this) {
            copy = Arrays.copyOf(events, length);
            ended = over;
            missing = eventsLeftOut;
        }
        return EventReader.read(client.session(), client.address(), beganMillis, ended, missing, copy);
    }

    /** Time is kept in microseconds since the event before. */
    private boolean begin(EventKind kind, long nanos) {
        if (eventsLeftOut > 0 || length > MOST_OCTETS || !all.hasRoom()) {
            eventsLeftOut++; // and every later one: what is read of a recording goes on without a gap
            return false;
        }
        long micros = Math.max(0, nanos - lastNanos) / 1000;
        lastNanos += micros * 1000;
        octet(kind.ordinal());
        number(micros);
        return true;
    }

    private void place(long from, long to) {
        number(from);
        number(to - from);
    }

    private void verb(@Nullable Verb verb) {
        number(verb == null ? 0 : verb.ordinal() + 1L);
    }

    private void text(byte[] octets, int from, int to) {
        int kept = Math.min(MOST_TEXT, to - from);
        number(kept);
        ensureRoom(kept);
        System.arraycopy(octets, from, events, length, kept);
        length += kept;
    }

    /** Seven bits an octet, the lowest first; the top bit says that more follow. */
    private void number(long value) {
        long rest = value;
        while (rest > 0x7F) {
            octet((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        octet((int) rest);
    }

    private void octet(int value) {
        ensureRoom(1);
        events[length++] = (byte) value;
    }

    private void ensureRoom(int more) {
        if (length + more > events.length) {
            resize(Math.max(Math.min(events.length * 2, MOST_OCTETS), length + more));
        }
    }

    private void resize(int capacity) {
        all.grew((long) capacity - events.length);
        events = Arrays.copyOf(events, capacity);
    }
}
