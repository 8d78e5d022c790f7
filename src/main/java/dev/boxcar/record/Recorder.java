// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.SessionPeer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Records sessions of servers and clients, up to a maximum total of bytes. When that is reached, it drops the sessions
 * that ended first. If all recorded sessions are still open, it records no new sessions and no further events. It
 * counts the sessions that it drops or skips. Any thread; the time of a call does not depend on the number of open
 * sessions.
 */
public final class Recorder implements SessionListener.Source {
    private final Map<String, Recording> recordings = new LinkedHashMap<>();
    /** The recordings by the number of their last change. Changed under the lock of this recorder, read without it. */
    private final NavigableMap<Long, Recording> changes = new ConcurrentSkipListMap<>();
    /** The recordings that may be dropped, in the order in which their sessions ended. */
    private final Queue<Recording> ended = new ConcurrentLinkedQueue<>();

    private final long maxBytes;
    private final int inputBytes;
    /** Null if the content of messages is not looked at. */
    private final @Nullable RecentMessages messages;

    private final AtomicLong bytes = new AtomicLong();
    private final List<Runnable> changeListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> endListeners = new CopyOnWriteArrayList<>();
    /** The number of the last change. The numbers of a later process are greater, so that its clients miss nothing. */
    private long lastChange = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());

    private long dropped;
    private long skipped;

    /** A recorder that holds at most this many bytes. */
    public Recorder(long maxBytes) {
        this(maxBytes, 0, null);
    }

    private Recorder(long maxBytes, int inputBytes, @Nullable RecentMessages messages) {
        this.maxBytes = maxBytes;
        this.inputBytes = inputBytes;
        this.messages = messages;
    }

    /**
     * A recorder that holds at most {@code maxBytes} bytes, among them up to {@code inputBytes} bytes of the input of
     * each session.
     */
    public static Recorder withInput(int inputBytes, long maxBytes) {
        return new Recorder(maxBytes, inputBytes, null);
    }

    /**
     * A new recorder with the bounds of this one, which also looks at the bytes of commands and messages: for
     * irregularities, the size of messages, and messages that were sent before. It keeps none of these bytes for that.
     */
    public Recorder withContentFacts() {
        return new Recorder(maxBytes, inputBytes, new RecentMessages());
    }

    /** The messages of all sessions; null if content is not looked at. */
    @Nullable
    RecentMessages messages() {
        return messages;
    }

    @Override
    public @Nullable SessionListener opened(SessionPeer peer, long nanos) {
        Recording recording;
        synchronized (this) {
            if (!hasRoom()) {
                skipped++;
                return null;
            }
            recording = new Recording(peer, nanos, System.currentTimeMillis(), this);
            recordings.put(peer.session(), recording);
            numberChange(recording);
        }
        changeListeners.forEach(Runnable::run);
        return recording;
    }

    /** Gives a recording that has changed the next number. Called under the lock of this recorder. */
    private void numberChange(Recording recording) {
        changes.remove(recording.change, recording);
        recording.change = ++lastChange;
        changes.put(lastChange, recording);
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

    /** Drops few sessions at a time, because an event loop waits for it. */
    private synchronized void makeRoom() {
        while (bytes.get() > maxBytes - maxBytes / 64) {
            Recording oldest = ended.poll();
            if (oldest == null) {
                return;
            }
            recordings.remove(oldest.session(), oldest);
            changes.remove(oldest.change, oldest);
            bytes.addAndGet(-oldest.bytes());
            dropped++;
        }
    }

    /** A recording has grown, or shrunk if {@code more} is negative. */
    void grew(long more) {
        bytes.addAndGet(more);
    }

    /** A session has ended: its recording gets no further events. */
    void ended(Recording recording) {
        synchronized (this) {
            numberChange(recording);
            ended.add(recording);
        }
        changeListeners.forEach(Runnable::run);
        endListeners.forEach(listener -> listener.accept(recording.session()));
    }

    /** This session belongs to this namespace. Does nothing if the session is not recorded. */
    public void addNamespace(String session, String namespace) {
        synchronized (this) {
            Recording recording = recordings.get(session);
            if (recording == null || !recording.addNamespace(namespace)) {
                return;
            }
            numberChange(recording);
        }
        changeListeners.forEach(Runnable::run);
    }

    /**
     * Runs {@code listener} after each change of the list of sessions: a session has begun, got a namespace, or ended.
     * It runs on the loop of that session and must not block.
     */
    public void onChange(Runnable listener) {
        changeListeners.add(listener);
    }

    /** Undoes {@link #onChange}. */
    public void removeChangeListener(Runnable listener) {
        changeListeners.remove(listener);
    }

    /**
     * Tells {@code listener} the id of each recorded session that has ended. It runs on the loop of that session and
     * must not block. The recording may be dropped before the listener asks for it.
     */
    public void onEnd(Consumer<String> listener) {
        endListeners.add(listener);
    }

    /** The sessions that changed last, at most {@code limit} that match {@code filter}, the last one at the end. */
    public SessionPage newest(int limit, Predicate<SessionSummary> filter) {
        long cursor = cursor();
        var newest = new ArrayDeque<SessionSummary>();
        for (Recording recording : changes.headMap(cursor, true).descendingMap().values()) {
            if (newest.size() == limit) {
                break;
            }
            SessionSummary summary = recording.summary();
            if (filter.test(summary)) {
                newest.addFirst(summary);
            }
        }
        return new SessionPage(List.copyOf(newest), cursor);
    }

    /** The sessions that changed after this cursor, at most {@code limit} that match {@code filter}, in that order. */
    public SessionPage changedAfter(long after, int limit, Predicate<SessionSummary> filter) {
        long cursor = Math.max(after, cursor());
        var changed = new ArrayList<SessionSummary>();
        for (Map.Entry<Long, Recording> change :
                changes.subMap(after, false, cursor, true).entrySet()) {
            SessionSummary summary = change.getValue().summary();
            if (filter.test(summary)) {
                changed.add(summary);
                if (changed.size() == limit) {
                    return new SessionPage(changed, change.getKey());
                }
            }
        }
        return new SessionPage(changed, cursor);
    }

    /** Every change up to this number is in {@link #changes}, unless the session has changed again. */
    private synchronized long cursor() {
        return lastChange;
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
