// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.smtp.Verb;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One session, being recorded: a few bytes an event, 64 KiB at most, and none while all recordings together are over
 * their bound; from the first event that finds no room on, they are only counted. Of a command its first bytes are
 * kept, of AUTH and of lines that are no command nothing but their place, since they may hold secrets. Written on the
 * session's loop, looked at by any thread; its lock is held while bytes are copied.
 */
@SuppressWarnings("EnumOrdinal") // a recording never leaves the process that made it
final class Recording implements SessionListener {
    static final int MOST_BYTES = 64 * 1024;
    static final int MOST_TEXT = 80;
    /** What one takes beside its events: its objects, and its place among the others. */
    private static final int OWN_BYTES = 300;

    private static final int FIRST_BYTES = 64;

    private final SessionPeer peer;
    private final long beganMillis;
    private final Recorder all;
    private byte[] events = new byte[FIRST_BYTES];
    private int length;
    private long lastNanos;
    private boolean over;
    private long eventsLeftOut;

    Recording(SessionPeer peer, long nanos, long millis, Recorder all) {
        this.peer = peer;
        this.lastNanos = nanos;
        this.beganMillis = millis;
        this.all = all;
        all.grew(OWN_BYTES + FIRST_BYTES);
    }

    @Override
    public synchronized void read(byte[] bytes, int from, int to, long nanos) {
        if (begin(EventKind.READ, nanos)) {
            number(to - from);
        }
    }

    @Override
    public synchronized void wrote(long bytes, long nanos) {
        if (bytes > 0 && begin(EventKind.WRITE, nanos)) {
            number(bytes);
        }
    }

    @Override
    public synchronized void command(Command command, long from, long to, long nanos) {
        if (begin(EventKind.COMMAND, nanos)) {
            place(from, to);
            Verb verb = command.verb();
            verb(verb);
            boolean mayBeKept = verb != null && !verb.name().equals("AUTH");
            text(command.bytes(), command.lineFrom(), mayBeKept ? command.argumentTo() : command.lineFrom());
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
    public synchronized void ready(long place, Reply reply, int bytes, long nanos) {
        if (begin(EventKind.READY, nanos)) {
            number(place);
            number(bytes);
            byte[] wire = reply.bytes();
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
        return peer.session();
    }

    /** What it takes, once it is over. */
    long bytes() {
        return (long) OWN_BYTES + events.length;
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
        return EventReader.read(peer.session(), peer.address(), beganMillis, ended, missing, copy);
    }

    /** Time is kept in microseconds since the event before. */
    private boolean begin(EventKind kind, long nanos) {
        if (eventsLeftOut > 0 || length > MOST_BYTES || !all.hasRoom()) {
            eventsLeftOut++; // and every later one: what is read of a recording goes on without a gap
            return false;
        }
        long micros = Math.max(0, nanos - lastNanos) / 1000;
        lastNanos += micros * 1000;
        b(kind.ordinal());
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

    private void text(byte[] bytes, int from, int to) {
        int kept = Math.min(MOST_TEXT, to - from);
        number(kept);
        ensureRoom(kept);
        System.arraycopy(bytes, from, events, length, kept);
        length += kept;
    }

    /** Seven bits a byte, the lowest first; the top bit says that more follow. */
    private void number(long value) {
        long rest = value;
        while (rest > 0x7F) {
            b((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        b((int) rest);
    }

    private void b(int value) {
        ensureRoom(1);
        events[length++] = (byte) value;
    }

    private void ensureRoom(int more) {
        if (length + more > events.length) {
            resize(Math.max(Math.min(events.length * 2, MOST_BYTES), length + more));
        }
    }

    private void resize(int capacity) {
        all.grew((long) capacity - events.length);
        events = Arrays.copyOf(events, capacity);
    }
}
