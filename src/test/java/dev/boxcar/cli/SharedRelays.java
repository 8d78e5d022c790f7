// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.relay.Downstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Front ends and workers in processes of their own, senders with a ledger, and the next server. Confined to the thread
 * of the test.
 */
final class SharedRelays implements AutoCloseable {
    /** The system property {@code boxcar.kills}: how often a test repeats its fault. */
    static final int FAULTS = Integer.getInteger("boxcar.kills", 1);
    /** The system property {@code boxcar.stopped}: how long a process or a network stands still, in seconds. */
    static final int STOPPED_SECONDS = Integer.getInteger("boxcar.stopped", 4);

    /** What was sent while something stood still must be delivered, too. */
    static final Duration LIMIT = Duration.ofMinutes(2).plusSeconds(10L * STOPPED_SECONDS);

    static final int SENDERS = 4;
    /** How many messages are acknowledged before and after each fault, at least. */
    static final int MESSAGES_PER_FAULT = 60;
    /** The most connections of a worker to one destination, with two messages each. */
    static final int IN_DELIVERY = 40;

    final MailLedger ledger = new MailLedger();
    final Downstream downstream;
    private final Path directory;
    private final AtomicInteger spools = new AtomicInteger();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Thread> senders = new ArrayList<>();

    SharedRelays(Path directory) throws IOException {
        this.directory = directory;
        this.downstream = opened(Downstream.start());
    }

    /** Something that is closed at the end. */
    <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    /** Starts a front end. */
    Boxcar.Running front(String brokers) throws IOException {
        return front(brokers, Duration.ofSeconds(10));
    }

    /** Starts a front end that refuses a message if the broker does not take it within this time. */
    Boxcar.Running front(String brokers, Duration timeout) throws IOException {
        return relay("front", brokers, "--smtp=127.0.0.1:0", "--queue-timeout=" + timeout.toSeconds() + "s");
    }

    /** Starts a worker. */
    Boxcar.Running worker(String brokers) throws IOException {
        return relay("worker", brokers, "--smarthost=127.0.0.1:" + downstream.port());
    }

    private Boxcar.Running relay(String role, String brokers, String... more) throws IOException {
        Path login = directory.resolve("login");
        Files.writeString(login, "relay:secret\n");
        var arguments = new ArrayList<>(List.of(
                "relay",
                "--queue=artemis:" + brokers,
                "--queue-auth-file=" + login,
                "--role=" + role,
                "--spool=" + role + spools.incrementAndGet(),
                "--smarthost-tls=none",
                "--retry-first=100ms",
                "--retry-min=100ms",
                "--retry-max=200ms"));
        arguments.addAll(List.of(more));
        return opened(Boxcar.start(directory, arguments.toArray(String[]::new)));
    }

    /** Starts senders to a front end. They stop when it is gone. */
    void sendTo(Boxcar.Running front) throws IOException {
        String line = front.line();
        int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        for (int i = 0; i < SENDERS; i++) {
            var sender = new Thread(() -> ledger.send(port), "sender");
            sender.setDaemon(true);
            senders.add(sender);
            sender.start();
        }
    }

    /** Waits until more messages are acknowledged. */
    void awaitMore() {
        int before = ledger.acknowledged();
        await().atMost(LIMIT).until(() -> ledger.acknowledged() >= before + MESSAGES_PER_FAULT);
    }

    /** Waits until so many more messages are delivered. */
    void awaitDelivered(int more) {
        int before = downstream.messages().size();
        await().atMost(LIMIT).until(() -> downstream.messages().size() >= before + more);
    }

    /** Ends a process without warning. */
    static void kill(Boxcar.Running relay) throws InterruptedException {
        relay.process().destroyForcibly().waitFor();
    }

    /** What was acknowledged arrives, and at most so many messages arrive twice. Prints the ledger. */
    void assertArrived(String test, int maxDuplicates) throws InterruptedException {
        ledger.end();
        for (Thread sender : senders) {
            sender.join(LIMIT.toMillis());
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(ledger.missingAt(downstream)).isEmpty());
        int duplicates = ledger.duplicatesAt(downstream);
        System.out.println("shared queue, " + test + ": acknowledged=" + ledger.acknowledged() + " refused="
                + ledger.refused() + " duplicates=" + duplicates);
        assertThat(ledger.acknowledged()).isGreaterThanOrEqualTo(MESSAGES_PER_FAULT);
        assertThat(duplicates).isLessThanOrEqualTo(maxDuplicates);
    }

    @Override
    public void close() throws Exception {
        ledger.end();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }
}
