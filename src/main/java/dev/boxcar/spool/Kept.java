// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A record as a {@link MemorySpool} holds it: its lines and its octets in one array, since each object that is held costs the collector at every
 * turn; of a large message the octets stay in the slabs that they came in. What it says never changes. Any thread reads; its place among the others
 * belongs to the thread that commits.
 */
final class Kept implements SpoolRecord {
    private final RecordType type;
    private final Ulid id;
    private final long sequence;
    private final byte[] octets;
    private final int textLength;
    private final @Nullable KeptBody large;

    /** The next older and the next younger message. */
    @Nullable
    Kept older;

    @Nullable
    Kept younger;
    /** What it takes, with its states. */
    long size;

    private Kept(RecordType type, Ulid id, long sequence, byte[] octets, int textLength, @Nullable KeptBody large) {
        this.type = type;
        this.id = id;
        this.sequence = sequence;
        this.octets = octets;
        this.textLength = textLength;
        this.large = large;
    }

    /** A record that is these lines. */
    static Kept lines(RecordType type, Ulid id, long sequence, Envelope text) {
        return new Kept(type, id, sequence, textWith(text, 0), text.length(), null);
    }

    /** A message; the slabs of {@code body} stay its caller's. */
    static Kept copy(Ulid id, long sequence, Envelope text, Body body) {
        byte[] octets = textWith(text, Math.toIntExact(body.length()));
        body.copyInto(octets, text.length());
        return new Kept(RecordType.MESSAGE, id, sequence, octets, text.length(), null);
    }

    /** A large message, to which the slabs of {@code body} belong from now on. */
    static Kept inSlabs(Ulid id, long sequence, Envelope text, Body body) {
        return new Kept(RecordType.MESSAGE, id, sequence, textWith(text, 0), text.length(), new KeptBody(body));
    }

    private static byte[] textWith(Envelope text, int more) {
        var octets = new byte[Math.addExact(text.length(), more)];
        text.putInto(ByteBuffer.wrap(octets));
        return octets;
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
        return Envelope.of(octets, textLength);
    }

    @Override
    public long bodyLength() {
        return large == null ? octets.length - textLength : large.length();
    }

    @Override
    public InputStream body(long from, long length) throws IOException {
        long stretch = stretch(from, length);
        return large == null
                ? new ByteArrayInputStream(octets, textLength + (int) from, (int) stretch)
                : large.open(from, stretch);
    }
}
