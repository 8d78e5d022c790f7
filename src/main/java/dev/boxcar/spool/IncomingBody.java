// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.util.concurrent.Executor;

/**
 * The bytes of a message that is being received, in the memory (or in a file) of the spool that made this body.
 *
 * <p>Confined to the thread that fills it until it is appended or released. {@link Spool#append} hands it over to the
 * spool.
 */
public interface IncomingBody {
    /**
     * Copies the bytes {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @return false if memory ran out, now or in an earlier call: the body is then empty and stays so. This cannot
     *     happen to a caller that writes only while {@link #isWritable} is true, unless the spool is in memory
     */
    boolean write(byte[] bytes, int from, int to);

    /**
     * Whether the caller may write more now. If not, the task given to {@link #whenWritable} runs when it is worth
     * asking again.
     */
    boolean isWritable();

    /** Sets the task that runs on {@code loop} once {@link #isWritable} may have become true again. */
    void whenWritable(Executor loop, Runnable resume);

    /** Whether memory ran out and the bytes are gone. */
    boolean isDiscarded();

    /** Number of bytes written so far. */
    long length();

    /** Frees memory and file of a body that is not appended. A second call does nothing. */
    void release();
}
