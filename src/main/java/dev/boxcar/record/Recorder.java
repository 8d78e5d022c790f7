// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records sessions of servers and clients, up to a maximum total of bytes. When that is reached, it drops the sessions
 * that ended first. If all recorded sessions are still open, it records no new sessions and no further events. It
 * counts the sessions that it drops or skips. Any thread; the time of a call does not depend on the number of open
 * sessions.
 */
public final class Recorder implements SessionListener.Source {
    private final Map<String, Recording> recordings = new LinkedHashMap<>();
    /** The recordings that may be dropped, in the order in which their sessions ended. */
    private final Queue<Recording> ended = new ConcurrentLinkedQueue<>();

    private final long maxBytes;
    private final int inputBytes;
    private final AtomicLong bytes = new AtomicLong();
    private long dropped;
    private long skipped;

    /** A recorder that holds at most this many bytes. */
    public Recorder(long maxBytes) {
        this(maxBytes, 0);
    }

    private Recorder(long maxBytes, int inputBytes) {
        this.maxBytes = maxBytes;
        this.inputBytes = inputBytes;
    }

    /**
     * A recorder that holds at most {@code maxBytes} bytes, among them up to {@code inputBytes} bytes of the input of
     * each session.
     */
    public static Recorder withInput(int inputBytes, long maxBytes) {
        return new Recorder(maxBytes, inputBytes);
    }

    @Override
    public synchronized @Nullable SessionListener opened(SessionPeer peer, long nanos) {
        if (!hasRoom()) {
            skipped++;
            return null;
        }
        var recording = new Recording(peer, nanos, System.currentTimeMillis(), this);
        recordings.put(peer.session(), recording);
        return recording;
    }

    /**
     * Whether more may be recorded now; drops ended sessions if that makes room. A recording may call it while it holds
     * its own lock.
     */
    boolean hasRoom() {
        if (bytes.get() <= maxBytes) {
            return true;
        }
        if (!ended.isEmpty()) {
            makeRoom();
        }
        return bytes.get() <= maxBytes;
    }

    private synchronized void makeRoom() {
        while (bytes.get() > maxBytes - maxBytes / 8) {
            Recording oldest = ended.poll();
            if (oldest == null) {
                return;
            }
            recordings.remove(oldest.session(), oldest);
            bytes.addAndGet(-oldest.bytes());
            dropped++;
        }
    }

    /** A recording has grown, or shrunk if {@code more} is negative. */
    void grew(long more) {
        bytes.addAndGet(more);
    }

    /** A recording will not change any more. */
    void ended(Recording recording) {
        ended.add(recording);
    }

    /** The session with this id as recorded so far; null if there is no recording of it. */
    public @Nullable SessionRecord find(String session) {
        Recording recording;
        synchronized (this) {
            recording = recordings.get(session);
        }
        return recording == null ? null : recording.snapshot();
    }

    /** The input of the session with this id; null if there is no recording of it, or if input is not kept. */
    public @Nullable RecordedInput input(String session) {
        Recording recording;
        synchronized (this) {
            recording = recordings.get(session);
        }
        return recording == null ? null : recording.input();
    }

    /** How many bytes of the input of each session are kept at most. */
    public int inputBytes() {
        return inputBytes;
    }

    /** The ids of the recorded sessions, the newest last. */
    public synchronized List<String> sessions() {
        return new ArrayList<>(recordings.keySet());
    }

    /** The number of sessions that were dropped to make room. */
    public synchronized long droppedSessions() {
        return dropped;
    }

    /** The number of sessions that were not recorded because there was no room. */
    public synchronized long skippedSessions() {
        return skipped;
    }

    /** The number of bytes that the recordings hold. */
    public long bytes() {
        return bytes.get();
    }
}
