// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.util.concurrent.RejectedExecutionException;

/**
 * The methods of a channel and its loop that its TLS transport calls. Its {@code toString} names the channel in logs.
 */
public interface TlsHost {
    /** The loop's buffers for TLS. */
    TlsBuffers buffers();

    /** Whether the channel is closed. */
    boolean isClosed();

    /** Whether the channel has replies that it has not yet passed to the transport. */
    boolean hasQueuedOutput();

    /**
     * Runs a task on a worker.
     *
     * @throws RejectedExecutionException if the workers are too busy
     */
    void executeOnWorker(Runnable task);

    /**
     * Runs a task on the loop. Any thread may call.
     *
     * @throws RejectedExecutionException if the loop is closed
     */
    void executeOnLoop(Runnable task);

    /** Runs a task on the loop after a moment. */
    void executeLater(Runnable task);

    /** Tells the channel that it can continue. */
    void interestChanged();
}
