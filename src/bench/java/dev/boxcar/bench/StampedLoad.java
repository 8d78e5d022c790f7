// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Senders that send one message after the other, each with the time at which it was sent, to recipients in several
 * domains in turn. Any thread may read the counters.
 */
final class StampedLoad implements AutoCloseable {
    private static final ReversePath SENDER = ReversePath.parse("<author@bench.example>");

    /** What is sent, and when it pauses. */
    record Plan(int connections, int bytes, int domains, Duration pause, Gate gate) {}

    /** Whether a sender may send another message now. */
    interface Gate {
        boolean isOpen(long acknowledged);
    }

    private final Plan plan;
    private final EventLoop loop;
    private final Thread thread;
    private final String filler;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private long number;
    private volatile boolean ended;

    private StampedLoad(Plan plan) throws IOException {
        this.plan = plan;
        this.loop = EventLoop.open("load");
        this.thread = new Thread(loop::run, "load");
        this.filler = ("x".repeat(78) + "\r\n").repeat(Math.max(1, plan.bytes / 80));
    }

    /** Starts senders to a relay. */
    static StampedLoad start(int port, Plan plan) throws IOException {
        var load = new StampedLoad(plan);
        var clients = new ArrayList<SmtpClient>();
        for (int i = 0; i < plan.connections; i++) {
            var client = new SmtpClient(load.loop, ClientOptions.named("bench.example"), end -> {});
            clients.add(client);
            client.open(new InetSocketAddress("127.0.0.1", port));
        }
        clients.forEach(load::next);
        load.thread.start();
        return load;
    }

    /** How many messages were acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** How many messages were not. */
    long refused() {
        return refused.get();
    }

    /** Lets each sender end after its message, and waits for that. */
    void end() throws InterruptedException {
        ended = true;
        thread.join();
    }

    private void next(SmtpClient client) {
        if (ended) {
            client.quit();
        } else if (!plan.gate.isOpen(acknowledged())) {
            loop.schedule(Duration.ofMillis(20), () -> next(client));
        } else {
            client.send(transaction(), result -> sent(client, result));
        }
    }

    private MailTransaction transaction() {
        String header = ArrivalSink.SENT + System.nanoTime() + "\r\nSubject: bench\r\n\r\n";
        String recipient = "<reader@d" + number++ % plan.domains + ".example>";
        return MailTransaction.of(
                SENDER,
                List.of(Recipient.of(ForwardPath.parse(recipient))),
                MessageContent.of((header + filler).getBytes(US_ASCII)));
    }

    private void sent(SmtpClient client, TransactionResult result) {
        (result.isComplete() ? acknowledged : refused).incrementAndGet();
        if (plan.pause.isZero()) {
            next(client);
        } else {
            loop.schedule(plan.pause, () -> next(client));
        }
    }

    @Override
    public void close() throws InterruptedException {
        end();
    }
}
