// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;

/**
 * The long computations of an engine's handshake, done by the loop's helpers. When those are too busy it is tried again
 * in a moment: what bounds the handshake bounds that. When a helper is done, the loop looks at the channel again.
 *
 * <p>Confined to the loop thread, save what a helper runs.
 */
final class EngineTasks {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final SSLEngine engine;
    private final Dispatcher channel;
    private boolean running;

    EngineTasks(SSLEngine engine, Dispatcher channel) {
        this.engine = engine;
        this.channel = channel;
    }

    /** Whether the engine is in a helper's hands. */
    boolean areRunning() {
        return running;
    }

    void run() {
        running = true;
        handOver();
    }

    private void handOver() {
        if (channel.isClosed()) {
            return;
        }
        try {
            channel.loop().workers().execute(this::work);
        } catch (RejectedExecutionException e) {
            channel.loop().schedule(MOMENT, this::handOver);
        }
    }

    /** Runs on a helper. What a task throws the engine tells at its next use. */
    private void work() {
        try {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        } finally {
            tell();
        }
    }

    private void tell() {
        try {
            channel.loop().execute(this::done);
        } catch (RejectedExecutionException e) {
            running = false; // the loop has closed, and the channel with it
        }
    }

    private void done() {
        running = false;
        channel.interestChanged();
    }
}
