// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.Downstream;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The relay is killed (SIGKILL) at random instants while it accepts and delivers. Afterwards the next server has
 * everything that was acknowledged (promise P11), and duplicates are at most what was being delivered.
 *
 * <p>{@code -Dboxcar.kills=100} sets the number of kills; {@code -Dboxcar.seed=N} repeats a run as far as the test
 * controls its randomness.
 */
@Timeout(3600)
class RelayCrashIT {
    private static final int KILLS = Integer.getInteger("boxcar.kills", 3);
    private static final long SEED = Long.getLong("boxcar.seed", System.nanoTime());
    private static final int SENDERS = 4;
    /** The most connections to one destination, with two messages each. */
    private static final int IN_DELIVERY = 40;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();

    @Test
    void everythingAcknowledgedArrivesHoweverOftenTheRelayIsKilled() throws Exception {
        try (var downstream = Downstream.start()) {
            for (int kill = 0; kill < KILLS; kill++) {
                runAndKill(downstream);
            }
            try (var relay = start(downstream)) {
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> received(downstream).keySet().containsAll(acknowledged));
                assertThat(relay.process().isAlive()).isTrue();
            }
            int duplicates = received(downstream).values().stream()
                    .mapToInt(count -> count - 1)
                    .sum();
            System.out.println("RelayCrashIT: kills=" + KILLS + " seed=" + SEED + " acknowledged=" + acknowledged.size()
                    + " duplicates=" + duplicates);
            assertThat(duplicates).isLessThanOrEqualTo(KILLS * IN_DELIVERY);
        }
    }

    private Boxcar.Running start(Downstream downstream) throws IOException {
        return Boxcar.start(
                directory,
                "relay",
                "--smtp=127.0.0.1:0",
                "--spool=spool",
                "--smarthost=127.0.0.1:" + downstream.port(),
                "--smarthost-tls=none",
                "--retry-first=100ms",
                "--retry-min=100ms",
                "--retry-max=200ms");
    }

    private void runAndKill(Downstream downstream) throws Exception {
        try (var relay = start(downstream)) {
            String line = relay.line();
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            int target = acknowledged.size() + 50 + random.nextInt(200);
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                var sender = new Thread(() -> send(port), "sender");
                senders.add(sender);
                sender.start();
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() >= target);
            LockSupport.parkNanos(random.nextInt(20_000_000)); // not always directly after a reply
            relay.process().destroyForcibly().waitFor();
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    /** Sends messages until the relay is gone. */
    private void send(int port) {
        try (var loop = EventLoop.open("sender")) {
            var client = new SmtpClient(
                    loop,
                    ClientOptions.named("client.example").withTimeouts(ClientTimeouts.all(Duration.ofSeconds(20))),
                    end -> {});
            sendNext(client);
            client.open(new InetSocketAddress("127.0.0.1", port));
            loop.run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sendNext(SmtpClient client) {
        int number = next.getAndIncrement();
        byte[] content = ("Subject: " + number + "\r\n\r\ntext of message " + number + "\r\n").getBytes(US_ASCII);
        var transaction = MailTransaction.of(
                ReversePath.parse("<ann@sender.example>"),
                List.of(Recipient.of(ForwardPath.parse("<bob@there.example>"))),
                MessageContent.of(content));
        client.send(transaction, result -> sent(client, number, result));
    }

    private void sent(SmtpClient client, int number, TransactionResult result) {
        if (result.isComplete()) {
            acknowledged.add(number);
            sendNext(client);
        }
    }

    /** How often each message has arrived; every copy is complete. */
    private static Map<Integer, Integer> received(Downstream downstream) {
        var counts = new HashMap<Integer, Integer>();
        for (Downstream.Received one : downstream.messages()) {
            String content = one.content();
            int start = content.indexOf("Subject: ") + "Subject: ".length();
            int number = Integer.parseInt(content.substring(start, content.indexOf('\r', start)));
            assertThat(content).endsWith("\r\n\r\ntext of message " + number + "\r\n");
            counts.merge(number, 1, Integer::sum);
        }
        return counts;
    }
}
