// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.cli.server.SystemdNotifier;
import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.relay.schedule.status.QueueSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd when the relay is ready, that all of its event loops still work, and how long the queue is. When a loop
 * hangs, systemd is told nothing and restarts the relay. Its own thread; nothing runs without systemd.
 */
final class RelaySupervision {
    private static final Logger LOG = LoggerFactory.getLogger(RelaySupervision.class);
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(30);
    private static final Duration LOAD_POLL = Duration.ofMillis(50);
    /** systemd advises to report twice per period; a third leaves room for one that is late. */
    private static final int REPORTS_PER_PERIOD = 3;

    private final SystemdNotifier systemd;
    private final RelayView relay;
    /** Each runs a task on all loops of one part, and returns their number. */
    private final List<ToIntFunction<Runnable>> loops;

    private RelaySupervision(SystemdNotifier systemd, RelayView relay, List<ToIntFunction<Runnable>> loops) {
        this.systemd = systemd;
        this.relay = relay;
        this.loops = List.copyOf(loops);
    }

    /** Begins, if systemd wants to be told. */
    static void begin(
            SystemdNotifier systemd, RelayView relay, List<ToIntFunction<Runnable>> loops, Shutdown shutdown) {
        if (!systemd.isWanted()) {
            return;
        }
        var supervision = new RelaySupervision(systemd, relay, loops);
        var thread = new Thread(supervision::run, "boxcar-systemd");
        thread.setDaemon(true);
        shutdown.closesBeforeSessions(() -> {
            thread.interrupt();
            systemd.stopping();
        });
        thread.start();
    }

    private void run() {
        try {
            while (!relay.isLoaded()) {
                TimeUnit.NANOSECONDS.sleep(LOAD_POLL.toNanos());
            }
            systemd.ready(status(relay));
            Duration period = systemd.watchdog();
            Duration interval = period == null ? STATUS_INTERVAL : period.dividedBy(REPORTS_PER_PERIOD);
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                report(period == null ? null : interval);
            }
        } catch (InterruptedException e) {
            LOG.debug("the relay ends");
        }
    }

    /** Without a watchdog, {@code within} is null. */
    private void report(@Nullable Duration within) throws InterruptedException {
        if (within == null) {
            systemd.status(status(relay));
        } else if (loopsRespond(within)) {
            systemd.alive(status(relay));
        } else {
            LOG.error("an event loop has not responded for {} ms", within.toMillis());
        }
    }

    private boolean loopsRespond(Duration within) throws InterruptedException {
        var responses = new Semaphore(0);
        int expected = loops.stream()
                .mapToInt(each -> each.applyAsInt(responses::release))
                .sum();
        return responses.tryAcquire(expected, within.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** {@code 12 messages queued, 3 in delivery, 1 dead destination}. */
    static String status(RelayView relay) {
        try {
            QueueSnapshot queue = relay.snapshot();
            String text = String.format(
                    Locale.ROOT,
                    "%d %s queued, %d in delivery",
                    queue.total(),
                    queue.total() == 1 ? "message" : "messages",
                    queue.inDelivery());
            long dead = queue.deadDestinations();
            String obstacle = relay.obstacle();
            return text
                    + (dead == 0 ? "" : ", " + dead + (dead == 1 ? " dead destination" : " dead destinations"))
                    + (obstacle == null ? "" : "; no mail is taken: " + obstacle);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
