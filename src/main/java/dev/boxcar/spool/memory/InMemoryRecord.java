// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.body.SlabBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record of a {@link MemorySpool}. Its lines and its message are in an {@link Arena}; a large message stays in the
 * slabs that it was received in. The content never changes and is read by any thread. The links to its neighbours
 * belong to the committing thread.
 */
final class InMemoryRecord implements SpoolRecord {
    private final RecordType type;
    private final Ulid id;
    private final long sequence;
    private final Arena arena;
    private final int offset;
    private final int textLength;
    private final int length;
    private final @Nullable InMemoryBody largeBody;

    /** The next older message. */
    @Nullable
    InMemoryRecord older;

    /** The next newer message. */
    @Nullable
    InMemoryRecord newer;
    /** The memory that is counted for the message and its states. */
    long size;

    private InMemoryRecord(
            RecordType type,
            Ulid id,
            long sequence,
            Arena arena,
            int offset,
            int textLength,
            int length,
            @Nullable InMemoryBody largeBody) {
        this.type = type;
        this.id = id;
        this.sequence = sequence;
        this.arena = arena;
        this.offset = offset;
        this.textLength = textLength;
        this.length = length;
        this.largeBody = largeBody;
    }

    /** A record of these lines, in an arena of its own. */
    static InMemoryRecord ofText(RecordType type, Ulid id, long sequence, KeyValueText text) {
        var arena = new Arena(text.length());
        int offset = arena.append(text);
        return new InMemoryRecord(type, id, sequence, arena, offset, text.length(), text.length(), null);
    }

    /** A message that is copied; the slabs of {@code body} still belong to the caller. */
    static InMemoryRecord copyOf(
            Ulid id, long sequence, Envelope envelope, @Nullable SlabBody body, ArenaAllocator arenas) {
        int textLength = envelope.length();
        int length = Math.addExact(textLength, body == null ? 0 : Math.toIntExact(body.length()));
        Arena arena = arenas.allocate(length);
        int offset = arena.append(envelope, body);
        return new InMemoryRecord(RecordType.MESSAGE, id, sequence, arena, offset, textLength, length, null);
    }

    /** A large message that takes over the slabs of {@code body}. */
    static InMemoryRecord inSlabs(Ulid id, long sequence, Envelope envelope, SlabBody body, ArenaAllocator arenas) {
        int length = envelope.length();
        Arena arena = arenas.allocate(length);
        int offset = arena.append(envelope, null);
        return new InMemoryRecord(
                RecordType.MESSAGE, id, sequence, arena, offset, length, length, new InMemoryBody(body));
    }

    /** The same record in another arena. */
    InMemoryRecord copyTo(ArenaAllocator arenas) {
        Arena other = arenas.allocate(length);
        int otherOffset = other.append(arena.bytes(), offset, length);
        var copy = new InMemoryRecord(type, id, sequence, other, otherOffset, textLength, length, largeBody);
        copy.size = size;
        return copy;
    }

    Arena arena() {
        return arena;
    }

    /** Number of bytes in the arena. */
    int arenaBytes() {
        return length;
    }

    /** Gives the slabs back, if it has any. Threads that read the message can read on. */
    void removeBody() {
        if (largeBody != null) {
            largeBody.remove();
        }
    }

    @Override
    public RecordType type() {
        return type;
    }

    @Override
    public Ulid id() {
        return id;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public Envelope envelope() {
        if (!type.isMessage()) {
            throw new IllegalStateException(type + " has no envelope");
        }
        return Envelope.of(textBytes(), textLength);
    }

    @Override
    public KeyValueText text() {
        return KeyValueText.parse(textBytes());
    }

    /** A copy, because a view would keep the arena in memory. */
    private byte[] textBytes() {
        return Arrays.copyOfRange(arena.bytes(), offset, offset + textLength);
    }

    @Override
    public long bodyLength() {
        return largeBody == null ? length - textLength : largeBody.length();
    }

    @Override
    public InputStream body(long from, long maxLength) throws IOException {
        long count = rangeLength(from, maxLength);
        return largeBody == null
                ? new ByteArrayInputStream(arena.bytes(), offset + textLength + (int) from, (int) count)
                : largeBody.open(from, count);
    }
}
