// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record as a {@link MemorySpool} holds it: its lines and its bytes stand on a {@link Shelf}; of a large message the
 * bytes stay in the slabs that they came in. What it says never changes. Any thread reads; its place among the others
 * belongs to the thread that commits.
 */
final class Kept implements SpoolRecord {
    private final RecordType type;
    private final Ulid id;
    private final long sequence;
    private final Shelf shelf;
    private final int at;
    private final int textLength;
    private final int length;
    private final @Nullable KeptBody large;

    /** The next older and the next younger message. */
    @Nullable
    Kept older;

    @Nullable
    Kept younger;
    /** What it takes, with its states. */
    long size;

    private Kept(
            RecordType type,
            Ulid id,
            long sequence,
            Shelf shelf,
            int at,
            int textLength,
            int length,
            @Nullable KeptBody large) {
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
    static Kept lines(RecordType type, Ulid id, long sequence, Envelope text) {
        var shelf = new Shelf(text.length());
        return new Kept(type, id, sequence, shelf, shelf.put(text, null), text.length(), text.length(), null);
    }

    /** A message; the slabs of {@code body} stay its caller's. */
    static Kept copy(Ulid id, long sequence, Envelope text, @Nullable IncomingBody body, Shelves shelves) {
        int length = Math.addExact(text.length(), body == null ? 0 : Math.toIntExact(body.length()));
        Shelf shelf = shelves.with(length);
        return new Kept(RecordType.MESSAGE, id, sequence, shelf, shelf.put(text, body), text.length(), length, null);
    }

    /** A large message, to which the slabs of {@code body} belong from now on. */
    static Kept inSlabs(Ulid id, long sequence, Envelope text, IncomingBody body, Shelves shelves) {
        Shelf shelf = shelves.with(text.length());
        int at = shelf.put(text, null);
        return new Kept(RecordType.MESSAGE, id, sequence, shelf, at, text.length(), text.length(), new KeptBody(body));
    }

    /** The same record, on another shelf. */
    Kept moved(Shelves shelves) {
        Shelf other = shelves.with(length);
        var moved =
                new Kept(type, id, sequence, other, other.put(shelf.bytes(), at, length), textLength, length, large);
        moved.size = size;
        return moved;
    }

    Shelf shelf() {
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
