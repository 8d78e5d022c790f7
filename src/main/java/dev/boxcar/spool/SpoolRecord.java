// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;

/** One record of a spool, as followers and readers see it. */
public interface SpoolRecord {
    RecordType type();

    /** The id of the message that this record is, or concerns. */
    Ulid id();

    /** The position in the commit sequence, from 1 on. */
    long sequence();

    /**
     * The envelope of a message.
     *
     * @throws IllegalStateException if this record is not a message
     */
    Envelope envelope();

    /** The {@code Key: value} lines of the record; those of a message are its envelope. */
    KeyValueText text();

    /** When the message was received according to its envelope, or else when its id was created. */
    default Instant received() {
        return received(envelope());
    }

    /** Like {@link #received()}, for a caller that already has the {@link #envelope}. */
    default Instant received(Envelope envelope) {
        try {
            return envelope.received();
        } catch (IllegalStateException | DateTimeException e) {
            return Instant.ofEpochMilli(id().millis());
        }
    }

    /** The size of the message in bytes; 0 for STATE and DONE. */
    long bodyLength();

    /** The exact bytes of the message. A follower may read them only during its call. */
    default InputStream body() throws IOException {
        return body(0, bodyLength());
    }

    /**
     * At most {@code length} bytes of the message, starting at {@code from}. Nothing outside this range is read.
     *
     * @throws IndexOutOfBoundsException if {@code from} is negative or greater than the size of the message
     */
    InputStream body(long from, long length) throws IOException;

    /** How many bytes {@link #body(long, long)} returns for these arguments; throws the same exceptions. */
    default long rangeLength(long from, long length) {
        if (from < 0 || length < 0 || from > bodyLength()) {
            throw new IndexOutOfBoundsException(length + " bytes from " + from + " of " + bodyLength());
        }
        return Math.min(length, bodyLength() - from);
    }
}
