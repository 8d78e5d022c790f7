// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.observation;

import dev.boxcar.relay.delivery.DeliveryObserver;
import dev.boxcar.relay.route.MailHost;
import java.net.SocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the connections of deliveries, and has their sessions recorded. Any thread. */
public final class DeliveryMonitor implements DeliveryObserver {
    private final @Nullable AttemptRecorder recorder;
    private final LongAdder opened = new LongAdder();
    private final LongAdder reused = new LongAdder();

    /** A monitor with this recorder; null if sessions are not recorded. */
    public DeliveryMonitor(@Nullable AttemptRecorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public @Nullable ObservedSession connecting(MailHost host, SocketAddress address, long nanos) {
        opened.increment();
        return recorder == null ? null : recorder.open(host, address, nanos);
    }

    @Override
    public void answered(int before) {
        if (before > 0) {
            reused.increment();
        }
    }

    /** Where sessions are recorded; null if they are not. */
    public @Nullable AttemptRecorder recorder() {
        return recorder;
    }

    /** How many connections were begun. */
    public long opened() {
        return opened.sum();
    }

    /** How many transactions used a connection that had served another one. */
    public long reused() {
        return reused.sum();
    }
}
