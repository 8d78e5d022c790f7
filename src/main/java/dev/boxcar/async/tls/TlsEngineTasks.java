// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.tls;

import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;

/**
 * Runs the long computations of an engine's handshake on workers. If the workers are too busy, it tries again after a
 * moment, until the handshake's time limit. When a worker is done, the channel continues.
 *
 * <p>Confined to the loop thread, except the work itself.
 */
final class TlsEngineTasks {
    private final SSLEngine engine;
    private final TlsHost host;
    private boolean running;

    TlsEngineTasks(SSLEngine engine, TlsHost host) {
        this.engine = engine;
        this.host = host;
    }

    /** Whether a worker uses the engine; the loop must not touch it then. */
    boolean areRunning() {
        return running;
    }

    void start() {
        running = true;
        handOver();
    }

    private void handOver() {
        if (host.isClosed()) {
            return;
        }
        try {
            host.executeOnWorker(this::work);
        } catch (RejectedExecutionException e) {
            host.executeLater(this::handOver);
        }
    }

    /** Runs on a worker. The engine reports an exception of a task at its next use. */
    private void work() {
        try {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        } finally {
            reportDone();
        }
    }

    /** Runs on a worker. */
    private void reportDone() {
        try {
            host.executeOnLoop(this::done);
        } catch (RejectedExecutionException e) {
            running = false; // the loop is closed, and the channel with it
        }
    }

    private void done() {
        running = false;
        host.interestChanged();
    }
}
