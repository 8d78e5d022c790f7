// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.WorkerPool;
import dev.boxcar.relay.delivery.ClientTlsContexts;
import dev.boxcar.relay.delivery.DeliveryOptions;
import dev.boxcar.relay.observation.DeliveryMonitor;
import dev.boxcar.relay.observation.RelayView;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.route.MailRouter;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.schedule.QueueScheduler;
import dev.boxcar.relay.schedule.ScheduleOptions;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The part of the relay that passes mail on: its scheduler, its delivery loops and their threads. Any thread. */
public final class Relay implements AutoCloseable {
    private static final int WORKERS = 4;
    /** As many as attempts may go on: their messages are read one after the other. */
    private static final int MAX_WAITING_READS = 100_000;

    private static final long JOIN_MILLIS = 1_000;

    private final WorkerPool workers;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final QueueScheduler scheduler;
    private final RelayView view;

    /**
     * What a relay consists of.
     *
     * @param loops the number of delivery loops, at least one
     */
    public record Parts(
            RelayQueue queue,
            MailRouter router,
            NameService names,
            ClientTlsContexts tls,
            ScheduleOptions schedule,
            DeliveryOptions delivery,
            DeliveryMonitor monitor,
            int loops) {}

    private Relay(Parts parts) throws IOException {
        workers = WorkerPool.open("relay", WORKERS, MAX_WAITING_READS);
        EventLoop schedulerLoop = EventLoop.open("relay", workers);
        loops.add(schedulerLoop);
        for (int i = 0; i < parts.loops(); i++) {
            loops.add(EventLoop.open("delivery-" + i, workers));
        }
        var connections = new DeliveryLoops(
                loops.subList(1, loops.size()), parts.delivery(), parts.names(), parts.tls(), parts.monitor());
        scheduler = new QueueScheduler(schedulerLoop, parts.queue(), parts.router(), connections, parts.schedule());
        view = new RelayView(scheduler, parts.queue(), parts.monitor());
    }

    /**
     * Starts to deliver what is in the queue.
     *
     * @param onFatal called when a loop ends unexpectedly, on its thread
     */
    public static Relay start(Parts parts, Consumer<Throwable> onFatal) throws IOException {
        var relay = new Relay(parts);
        for (EventLoop loop : relay.loops) {
            var thread = new Thread(() -> serve(loop, onFatal), "boxcar-" + loop);
            thread.setDaemon(true);
            relay.threads.add(thread);
            thread.start();
        }
        relay.scheduler.open();
        return relay;
    }

    private static void serve(EventLoop loop, Consumer<Throwable> onFatal) {
        try {
            loop.serve();
        } catch (RuntimeException | Error e) {
            onFatal.accept(e);
        }
    }

    /** Sends mail by another routing table from the next attempt on. */
    public void replaceRouter(MailRouter router) {
        scheduler.replaceRouter(router);
    }

    /** Runs a task on each loop, and returns how many there are. */
    public int executeOnEachLoop(Runnable task) {
        loops.forEach(loop -> loop.execute(task));
        return loops.size();
    }

    /** What an operator sees of this relay. */
    public RelayView view() {
        return view;
    }

    /**
     * Changes a queued message. May block.
     *
     * @return false if there is no such message
     */
    public boolean change(Ulid id, QueueChange change) throws IOException {
        return view.change(id, change);
    }

    /**
     * Stops: sends nothing new, waits for the transactions that were begun, at most this long, and records their
     * results.
     */
    public void stop(Duration grace) throws InterruptedException {
        var done = new CountDownLatch(1);
        scheduler.stop(done::countDown);
        done.await(grace.toMillis(), TimeUnit.MILLISECONDS);
        close();
    }

    /** Ends the loops. What is being sent is sent again by the next run. */
    @Override
    public void close() {
        for (int i = loops.size() - 1; i >= 0; i--) { // the scheduler's loop last: the others report to it
            loops.get(i).close();
            join(threads.get(i));
        }
        workers.close();
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
