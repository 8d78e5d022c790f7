// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.io.InputStream;

/** One record of a spool, as followers and readers see it. */
public interface SpoolRecord {
    /** What it says. */
    RecordType type();

    /** The message it is or concerns. */
    Ulid id();

    /** Its place in the commit sequence, from 1 on. */
    long sequence();

    /**
     * Its {@code Key: value} lines: the envelope of a message; for STATE a line {@code Namespace: …} and the values; for DONE a line
     * {@code Reason: …}.
     */
    Envelope text();

    /** How many octets the message has; 0 for STATE and DONE. */
    long bodyLength();

    /** The exact octets of the message. To a follower they are there for the length of its call alone. */
    InputStream body() throws IOException;
}
