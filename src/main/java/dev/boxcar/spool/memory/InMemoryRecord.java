// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.memory;

import dev.boxcar.smtp.Envelope;
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
 * A record as a {@link MemorySpool} holds it: its lines and its bytes stand on a {@link Arena}; of a large message the
 * bytes stay in the slabs that they came in. What it says never changes. Any thread reads; its place among the others
 * belongs to the thread that commits.
 */
final class InMemoryRecord implements SpoolRecord {
    private final RecordType type;
    private final Ulid id;
    private final long sequence;
    private final Arena shelf;
    private final int at;
    private final int textLength;
    private final int length;
    private final @Nullable InMemoryBody large;

    /** The next older and the next younger message. */
    @Nullable
    InMemoryRecord older;

    @Nullable
    InMemoryRecord younger;
    /** What it takes, with its states. */
    long size;

    private InMemoryRecord(
            RecordType type,
            Ulid id,
            long sequence,
            Arena shelf,
            int at,
            int textLength,
            int length,
            @Nullable InMemoryBody large) {
        this.type = type;
        this.id = id;
        this.sequence = sequence;
        this.shelf = shelf;
        this.at = at;
        this.textLength = textLength;
        this.length = length;
        this.large = large;
    }

    /** A record that is these lines, on a shelf of its own. */
    static InMemoryRecord lines(RecordType type, Ulid id, long sequence, Envelope text) {
        var shelf = new Arena(text.length());
        return new InMemoryRecord(type, id, sequence, shelf, shelf.put(text, null), text.length(), text.length(), null);
    }

    /** A message; the slabs of {@code body} stay its caller's. */
    static InMemoryRecord copy(Ulid id, long sequence, Envelope text, @Nullable SlabBody body, ArenaAllocator shelves) {
        int length = Math.addExact(text.length(), body == null ? 0 : Math.toIntExact(body.length()));
        Arena shelf = shelves.with(length);
        return new InMemoryRecord(RecordType.MESSAGE, id, sequence, shelf, shelf.put(text, body), text.length(), length, null);
    }

    /** A large message, to which the slabs of {@code body} belong from now on. */
    static InMemoryRecord inSlabs(Ulid id, long sequence, Envelope text, SlabBody body, ArenaAllocator shelves) {
        Arena shelf = shelves.with(text.length());
        int at = shelf.put(text, null);
        return new InMemoryRecord(RecordType.MESSAGE, id, sequence, shelf, at, text.length(), text.length(), new InMemoryBody(body));
    }

    /** The same record, on another shelf. */
    InMemoryRecord moved(ArenaAllocator shelves) {
        Arena other = shelves.with(length);
        var moved =
                new InMemoryRecord(type, id, sequence, other, other.put(shelf.bytes(), at, length), textLength, length, large);
        moved.size = size;
        return moved;
    }

    Arena shelf() {
        return shelf;
    }

    /** How many bytes it has on its shelf. */
    int shelfBytes() {
        return length;
    }

    /** It is held no longer; who reads it just now reads on. */
    void forget() {
        if (large != null) {
            large.forget();
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
    public Envelope text() {
        return Envelope.of(
                Arrays.copyOfRange(shelf.bytes(), at, at + textLength),
                textLength); // a view of it would keep the shelf
    }

    @Override
    public long bodyLength() {
        return large == null ? length - textLength : large.length();
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long stretch = stretch(from, length);
        return large == null
                ? new ByteArrayInputStream(shelf.bytes(), at + textLength + (int) from, (int) stretch)
                : large.open(from, stretch);
    }
}
