// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;

/** One record of a spool, as followers and readers see it. */
public interface SpoolRecord {
    /** What it says. */
    RecordType type();

    /** The message it is or concerns. */
    Ulid id();

    /** Its place in the commit sequence, from 1 on. */
    long sequence();

    /**
     * Its {@code Key: value} lines: the envelope of a message; for STATE a line {@code Namespace: …} and the values;
     * for DONE a line {@code Reason: …}.
     */
    Envelope text();

    /** When the message was received, as its envelope says; where that does not say, when its id was made. */
    default Instant received() {
        return received(text());
    }

    /** The same, for who has its {@link #text} in hand already. */
    default Instant received(Envelope text) {
        try {
            return text.received();
        } catch (IllegalStateException | DateTimeException e) {
            return Instant.ofEpochMilli(id().millis());
        }
    }

    /** How many bytes the message has; 0 for STATE and DONE. */
    long bodyLength();

    /** The exact bytes of the message. To a follower they are there for the length of its call alone. */
    default InputStream body() throws IOException {
        return body(0, bodyLength());
    }

    /**
     * The bytes of the message from {@code from} on, {@code length} of them at most: what lies before and behind is not
     * read.
     *
     * @throws IndexOutOfBoundsException where the message has no byte {@code from}, its end excepted
     */
    InputStream body(long from, long length) throws IOException;

    /** How many bytes such a stretch has: what is left from {@code from} on, {@code length} at most. */
    default long stretch(long from, long length) {
        if (from < 0 || length < 0 || from > bodyLength()) {
            throw new IndexOutOfBoundsException(length + " octets from " + from + " of " + bodyLength());
        }
        return Math.min(length, bodyLength() - from);
    }
}
