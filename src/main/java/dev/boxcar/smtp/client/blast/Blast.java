// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A load on a server: many connections that send the same message over and over and check every reply. A wrong or
 * missing reply is counted and closes its connection; a new connection replaces it. After a hundred errors in a row the
 * load ends.
 *
 * <p>{@link #run} belongs to one thread; any thread may call {@link #messages} and {@link #errors} during the run.
 */
public final class Blast {

    /**
     * The result of a load.
     *
     * @param messages how many messages were answered as expected
     * @param seconds the time they took
     * @param errors how many messages failed
     * @param firstError the first error, or empty
     * @param bytes the size of all messages answered as expected
     */
    public record Result(long messages, double seconds, long errors, String firstError, long bytes) {
        /** Messages per second. */
        public double rate() {
            return seconds == 0 ? 0 : messages / seconds;
        }
    }

    private final BlastPlan plan;
    private final List<BlastLoop> loops = new ArrayList<>();

    /**
     * Prepares a load.
     *
     * @param latencies creates, for each thread, the consumer of its latencies: nanoseconds from a message's first byte
     *     to its last reply
     */
    public Blast(InetSocketAddress server, BlastPlan plan, Supplier<? extends LongConsumer> latencies)
            throws IOException {
        this.plan = plan;
        var script = new BlastScript(plan.mode(), plan.recipients(), plan.bytes());
        int count = (int) Math.min(Math.min(plan.loops(), plan.connections()), plan.messages());
        for (int i = 0; i < count; i++) {
            int connections = plan.connections() / count + (i < plan.connections() % count ? 1 : 0);
            long messages = plan.messages() / count + (i < plan.messages() % count ? 1 : 0);
            loops.add(new BlastLoop(
                    EventLoop.open("blast-" + i), server, plan, script, latencies.get(), connections, messages));
        }
    }

    /** Sends the messages of the plan, and returns when the load has ended. */
    public Result run() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (BlastLoop loop : loops.subList(1, loops.size())) {
            var thread = new Thread(loop::run, "blast");
            thread.start();
            threads.add(thread);
        }
        loops.get(0).run();
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = loops.stream().mapToDouble(BlastLoop::seconds).max().orElse(0);
        String firstError = loops.stream()
                .map(BlastLoop::firstError)
                .filter(error -> !error.isEmpty())
                .findFirst()
                .orElse("");
        int bytes = loops.get(0).messageBytes();
        return new Result(messages(), seconds, errors(), firstError, messages() * bytes);
    }

    public BlastPlan plan() {
        return plan;
    }

    /** How many messages were answered so far, not counting the warm-up. */
    public long messages() {
        return loops.stream().mapToLong(BlastLoop::messages).sum();
    }

    /** How many messages have failed so far. */
    public long errors() {
        return loops.stream().mapToLong(BlastLoop::errors).sum();
    }
}
