// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.smtp.server.port.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The server at the end of a way, at one or several ports: it counts the messages of {@link StampedLoad}, notes how
 * long each was on its way, and discards them. It can take a while to answer. Any thread.
 */
final class ArrivalSink implements MessageSink, AutoCloseable {
    /** The header field with the time at which a message was sent. */
    static final String SENT = "X-Sent: ";

    private static final int HEADER_BYTES = 2048;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final long delayNanos;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong arrived = new AtomicLong();
    private volatile long lastNanos;
    private volatile Histogram latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);

    private final SmtpServer server;
    private final List<Integer> ports = new ArrayList<>();

    /** Starts a server that answers each message after this time, at so many ports. */
    ArrivalSink(Duration delay, int ports) throws IOException {
        this.delayNanos = delay.toNanos();
        this.server = SmtpServer.start(new SmtpServer.Options("end.example", 1, Limits.DEFAULTS), Ports.of(this));
        for (int i = 0; i < ports; i++) {
            this.ports.add(server.listen("127.0.0.1", 0).get(0).getPort());
        }
    }

    /** Where it listens. */
    List<Integer> ports() {
        return ports;
    }

    /** How many messages have arrived. */
    long arrived() {
        return arrived.get();
    }

    /** When the last one arrived. */
    long lastNanos() {
        return lastNanos;
    }

    /** How long the messages were on their way since the last call, in nanoseconds. */
    Histogram takeLatencies() {
        Histogram taken = latencies;
        latencies = new ConcurrentHistogram(LONGEST_NANOS, 3);
        return taken;
    }

    @Override
    public Admission admits(long declaredBytes) {
        return Admission.ADMITTED;
    }

    @Override
    public Incoming begin(Executor loop) {
        return new Arriving(loop);
    }

    private final class Arriving implements Incoming {
        private final Executor loop;
        private final byte[] header = new byte[HEADER_BYTES];
        private int length;

        Arriving(Executor loop) {
            this.loop = loop;
        }

        @Override
        public String id() {
            return "arrived";
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            int taken = Math.min(to - from, HEADER_BYTES - length);
            System.arraycopy(bytes, from, header, length, taken);
            length += taken;
        }

        @Override
        public void commit(Envelope envelope, CommitCallback done) {
            long now = System.nanoTime();
            String text = new String(header, 0, length, ISO_8859_1);
            int start = text.indexOf(SENT) + SENT.length();
            long sent = Long.parseLong(text.substring(start, text.indexOf('\r', start)));
            latencies.recordValue(Math.min(LONGEST_NANOS, Math.max(0, now - sent)));
            lastNanos = now;
            arrived.incrementAndGet();
            if (delayNanos == 0) {
                loop.execute(() -> done.complete(CommitOutcome.STORED));
            } else {
                timer.schedule(
                        () -> loop.execute(() -> done.complete(CommitOutcome.STORED)),
                        delayNanos,
                        TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void abandon() {
            // nothing is kept
        }
    }

    @Override
    public void close() throws InterruptedException {
        server.abort();
        timer.shutdownNow();
    }
}
