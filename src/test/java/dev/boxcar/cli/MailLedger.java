// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends numbered messages, and keeps a record of those that were acknowledged. Any thread. */
final class MailLedger {
    private static final long REFUSED_PAUSE_NANOS = 20_000_000;

    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean ended;

    /** How many messages were acknowledged. */
    int acknowledged() {
        return acknowledged.size();
    }

    /** How many messages were refused. */
    int refused() {
        return refused.get();
    }

    /** Lets the senders stop after their next message. */
    void end() {
        ended = true;
    }

    /** Whether the server has everything that was acknowledged. */
    boolean hasArrivedAt(Downstream downstream) {
        return received(downstream).keySet().containsAll(acknowledged);
    }

    /** How many messages the server has more than once. */
    int duplicatesAt(Downstream downstream) {
        return received(downstream).values().stream()
                .mapToInt(count -> count - 1)
                .sum();
    }

    /** Sends messages, one after the other, until {@link #end} or until the relay is gone. */
    void send(int port) {
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
        } else if (result.recipients().get(0).reply() != null) {
            refused.incrementAndGet();
            LockSupport.parkNanos(REFUSED_PAUSE_NANOS); // a sender that is refused does not hurry
        } else {
            return;
        }
        if (ended) {
            client.quit();
        } else {
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
