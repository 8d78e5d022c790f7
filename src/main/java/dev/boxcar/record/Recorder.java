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
 * Records the sessions of a server, the last ones that fit into a bound of bytes: when it is reached, those that ended
 * longest ago are forgotten; while all are open, new ones are not recorded and those that are open get no longer. What
 * was forgotten or left out is counted. Any thread; no call takes longer because many sessions are open.
 */
public final class Recorder implements SessionListener.Source {
    private final Map<String, Recording> recordings = new LinkedHashMap<>();
    /** Those that may be forgotten, in the order in which they ended. */
    private final Queue<Recording> ended = new ConcurrentLinkedQueue<>();

    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();
    private long forgotten;
    private long leftOut;

    /** A recorder that holds so many bytes. */
    public Recorder(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    @Override
    public synchronized @Nullable SessionListener opened(SessionPeer peer, long nanos) {
        if (!hasRoom()) {
            leftOut++;
            return null;
        }
        var recording = new Recording(peer, nanos, System.currentTimeMillis(), this);
        recordings.put(peer.session(), recording);
        return recording;
    }

    /**
     * Whether more may be recorded just now; what has ended makes room for it. A recording may ask, holding its lock.
     */
    boolean hasRoom() {
        if (bytes.get() <= mostBytes) {
            return true;
        }
        if (!ended.isEmpty()) {
            makeRoom();
        }
        return bytes.get() <= mostBytes;
    }

    private synchronized void makeRoom() {
        while (bytes.get() > mostBytes - mostBytes / 8) {
            Recording oldest = ended.poll();
            if (oldest == null) {
                return;
            }
            recordings.remove(oldest.session(), oldest);
            bytes.addAndGet(-oldest.bytes());
            forgotten++;
        }
    }

    /** A recording has grown by so many bytes, or shrunk. */
    void grew(long more) {
        bytes.addAndGet(more);
    }

    /** A recording will not change any more. */
    void ended(Recording recording) {
        ended.add(recording);
    }

    /** The session of that name as it went so far, or null where it is not known. */
    public @Nullable SessionRecord find(String session) {
        Recording recording;
        synchronized (this) {
            recording = recordings.get(session);
        }
        return recording == null ? null : recording.look();
    }

    /** The names of the sessions that are held, the newest last. */
    public synchronized List<String> sessions() {
        return new ArrayList<>(recordings.keySet());
    }

    /** How many sessions were forgotten to make room. */
    public synchronized long forgotten() {
        return forgotten;
    }

    /** How many sessions were not recorded because there was no room. */
    public synchronized long leftOut() {
        return leftOut;
    }

    /** How many bytes the recordings hold. */
    public long bytes() {
        return bytes.get();
    }
}
