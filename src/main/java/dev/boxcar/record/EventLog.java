// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Verb;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The events of one {@link Recording} as bytes, which {@link EventReader} reads. From the first event for which there
 * is no room, events are only counted. Guarded by the lock of the recording.
 */
@SuppressWarnings("EnumOrdinal") // the bytes never leave the process that made them
final class EventLog {
    static final int MAX_BYTES = 64 * 1024;
    static final int MAX_TEXT_BYTES = 80;
    static final int INITIAL_BYTES = 64;

    private final Recorder recorder;
    private byte[] events = new byte[INITIAL_BYTES];
    private int length;
    private long lastNanos;
    private long dropped;

    /** A log that begins at this time. */
    EventLog(Recorder recorder, long nanos) {
        this.recorder = recorder;
        this.lastNanos = nanos;
    }

    /** Begins an event, unless there is no room. Its time is kept in microseconds since the event before. */
    boolean begin(EventKind kind, long nanos) {
        if (dropped > 0 || length > MAX_BYTES || !recorder.hasRoom()) {
            dropped++; // and every later one too, so that a recording has no gap
            return false;
        }
        long micros = Math.max(0, nanos - lastNanos) / 1000;
        lastNanos += micros * 1000;
        writeEnum(kind);
        writeNumber(micros);
        return true;
    }

    void writeEnum(Enum<?> value) {
        writeByte(value.ordinal());
    }

    /** A value that may be missing. */
    void writeOptional(@Nullable Enum<?> value) {
        writeByte(value == null ? 0 : value.ordinal() + 1);
    }

    void writeVerb(@Nullable Verb verb) {
        writeNumber(verb == null ? 0 : verb.ordinal() + 1L);
    }

    void writeRange(long from, long to) {
        writeNumber(from);
        writeNumber(to - from);
    }

    void writeText(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        writeText(bytes, 0, bytes.length, MAX_TEXT_BYTES);
    }

    /** The text from {@code from} to {@code to} (exclusive), at most {@code max} bytes of it. */
    void writeText(byte[] bytes, int from, int to, int max) {
        int kept = Math.min(max, to - from);
        writeNumber(kept);
        ensureRoom(kept);
        System.arraycopy(bytes, from, events, length, kept);
        length += kept;
    }

    /** Seven bits per byte, the lowest first; the top bit says that more follow. */
    void writeNumber(long value) {
        long rest = value;
        while (rest > 0x7F) {
            writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        writeByte((int) rest);
    }

    private void writeByte(int value) {
        ensureRoom(1);
        events[length++] = (byte) value;
    }

    private void ensureRoom(int more) {
        if (length + more > events.length) {
            resize(Math.max(Math.min(events.length * 2, MAX_BYTES), length + more));
        }
    }

    private void resize(int capacity) {
        recorder.grew((long) capacity - events.length);
        events = Arrays.copyOf(events, capacity);
    }

    /** Nothing more will be written: frees what is not used. */
    void trim() {
        resize(length);
    }

    /** The heap that the bytes take. */
    int heapBytes() {
        return events.length;
    }

    /** The number of events that were only counted. */
    long dropped() {
        return dropped;
    }

    /** The events so far. */
    byte[] copy() {
        return Arrays.copyOf(events, length);
    }
}
