// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.body;

import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.util.concurrent.Executor;

/**
 * A file for the bytes of a body that is too large for memory. The thread that fills the body calls these methods; they
 * return at once and leave the work to another thread.
 */
public interface BodyFile {
    /** Hands over a slab, whose first {@code length} bytes are written next. */
    void put(byte[] slab, int length);

    /** Whether more than {@code slabs} slabs wait to be written. */
    boolean hasMoreThan(int slabs);

    /** Runs {@code task} once, on any thread, when at most {@code slabs} slabs wait to be written. */
    void whenAtMost(int slabs, Runnable task);

    /** Makes the file as durable as the spool promises, then queues the record of message {@code id}. */
    void finish(Ulid id, Envelope envelope, Executor executor, CommitCallback callback);

    /** Discards the file. */
    void abandon();
}
