// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client.blast;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.TlsMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A load: many connections that send the same message over and over and look at every answer. A wrong or missing answer
 * is counted, and costs its connection, which another replaces; a hundred in a row end the load.
 *
 * <p>{@link #run} belongs to one thread; {@link #messages} and {@link #errors} may be asked by any while it runs.
 */
public final class Blast {

    /**
     * What is sent.
     *
     * @param connections how many at a time
     * @param messages how many in all, not counting those of the warm-up
     * @param recipients of each message
     * @param size of each message, in bytes; a little more where less than a header was asked for
     * @param mode how far each connection runs ahead of the answers
     * @param depth with {@link PipeliningMode#BDAT}, how many messages each connection has on its way
     * @param reconnect whether each message has a connection of its own
     * @param warmup how long is sent before anything counts; may be nothing
     * @param time how long is sent at most; nothing: until all messages are sent
     * @param patience how long an answer may take
     * @param loops how many threads
     * @param security whether inside TLS; OPPORTUNISTIC is as STARTTLS
     * @param tls how; needed unless security is NONE
     */
    public record Plan(
            InetSocketAddress server,
            int connections,
            long messages,
            int recipients,
            int size,
            PipeliningMode mode,
            int depth,
            boolean reconnect,
            Duration warmup,
            Duration time,
            Duration patience,
            int loops,
            TlsMode security,
            @Nullable TlsSettings tls) {
        public Plan {
            if (connections < 1 || messages < 1 || recipients < 1 || depth < 1 || loops < 1) {
                throw new IllegalArgumentException("a load of nothing");
            }
            if (tls == null && security != TlsMode.NONE) {
                throw new IllegalArgumentException("TLS with nothing to tell how");
            }
        }
    }

    /**
     * What came of it.
     *
     * @param messages answered as they ought to be
     * @param errors messages that were not
     * @param firstError what was wrong first, or nothing
     * @param bytes of those messages
     */
    public record Result(long messages, double seconds, long errors, String firstError, long bytes) {
        /** Messages a second. */
        public double rate() {
            return seconds == 0 ? 0 : messages / seconds;
        }
    }

    private final Plan plan;
    private final List<BlastLoop> runs = new ArrayList<>();

    /**
     * A load that is still to be run.
     *
     * @param latencies makes, for each thread, who is told the nanoseconds from a message's first byte to its last
     *     answer
     */
    public Blast(Plan plan, Supplier<? extends LongConsumer> latencies) throws IOException {
        this.plan = plan;
        var script = new BlastScript(plan.mode(), plan.recipients(), plan.size());
        int loops = (int) Math.min(Math.min(plan.loops(), plan.connections()), plan.messages());
        for (int i = 0; i < loops; i++) {
            int connections = plan.connections() / loops + (i < plan.connections() % loops ? 1 : 0);
            long share = plan.messages() / loops + (i < plan.messages() % loops ? 1 : 0);
            runs.add(new BlastLoop(EventLoop.open("blast-" + i), plan, script, latencies.get(), connections, share));
        }
    }

    /** Sends all, and returns when that is done. */
    public Result run() throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (BlastLoop run : runs.subList(1, runs.size())) {
            var thread = new Thread(run::run, "blast");
            thread.start();
            threads.add(thread);
        }
        runs.get(0).run();
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = runs.stream().mapToDouble(BlastLoop::seconds).max().orElse(0);
        String first = runs.stream()
                .map(BlastLoop::firstError)
                .filter(error -> !error.isEmpty())
                .findFirst()
                .orElse("");
        int size = runs.get(0).script().size;
        return new Result(messages(), seconds, errors(), first, messages() * size);
    }

    /** What is sent. */
    public Plan plan() {
        return plan;
    }

    /** Messages answered so far, not counting those of the warm-up. */
    public long messages() {
        return runs.stream().mapToLong(BlastLoop::messages).sum();
    }

    /** Errors so far. */
    public long errors() {
        return runs.stream().mapToLong(BlastLoop::errors).sum();
    }
}
