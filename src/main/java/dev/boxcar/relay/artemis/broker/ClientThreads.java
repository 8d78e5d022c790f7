// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/**
 * The threads of the broker's client, for all connections of this process. They outlive each connection, because the
 * client still gives them tasks when a connection is closed. Daemons, which end after a while without work.
 */
public final class ClientThreads {
    private static final int THREADS = 6;
    private static final int IDLE_SECONDS = 10;

    private final ExecutorService tasks = pool("boxcar-broker", THREADS);
    private final ExecutorService flowControl = pool("boxcar-broker-flow", 2);
    private final ScheduledThreadPoolExecutor timers =
            new ScheduledThreadPoolExecutor(1, factory("boxcar-broker-timer"));

    public ClientThreads() {
        timers.setRemoveOnCancelPolicy(true);
    }

    private static ExecutorService pool(String name, int threads) {
        var pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory factory(String name) {
        var number = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    public void serve(ServerLocator locator) {
        locator.setThreadPools(tasks, timers, flowControl);
    }

    /** Ends the timers; the others end by themselves. */
    public void close() {
        timers.shutdownNow();
    }
}
