// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.relay.Relay;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends deliveries while sessions end, so that both together take no longer than the longer of them. On the shutdown
 * hook's thread.
 */
final class DeliveryEnd {
    private final Relay relay;
    private final Duration grace;
    private @Nullable Thread thread;

    DeliveryEnd(Relay relay, Duration grace) {
        this.relay = relay;
        this.grace = grace;
    }

    /** Sends nothing new from now on. */
    void begin() {
        var stop = new Thread(this::stop, "boxcar-delivery-end");
        stop.setDaemon(true);
        stop.start();
        thread = stop;
    }

    private void stop() {
        try {
            relay.stop(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns once the transactions that were begun have ended, or the grace is over. */
    void await() throws InterruptedException {
        if (thread != null) {
            thread.join();
        }
    }
}
