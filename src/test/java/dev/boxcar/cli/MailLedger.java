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
import dev.boxcar.smtp.client.reply.ServerReply;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends numbered messages, and keeps a record of those that were acknowledged. Any thread. */
final class MailLedger {
    private static final long REFUSED_PAUSE_NANOS = 20_000_000;
    private static final String LINE = "x".repeat(78) + "\r\n";

    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();
    private volatile int lines = 0;
    private volatile boolean ended;

    /** How many messages were acknowledged. */
    int acknowledged() {
        return acknowledged.size();
    }

    /** How many messages were refused. */
    int refused() {
        return refused.get();
    }

    /** The different replies that refused messages. */
    Set<String> refusals() {
        return refusals;
    }

    /** From now on messages are so many lines of 80 bytes longer. */
    void enlarge(int newLines) {
        lines = newLines;
    }

    /** Lets the senders stop after their next message. */
    void end() {
        ended = true;
    }

    /** Whether the server has everything that was acknowledged. */
    boolean hasArrivedAt(Downstream downstream) {
        return missingAt(downstream).isEmpty();
    }

    /** The numbers of the messages that were acknowledged and have not arrived at the server. */
    Set<Integer> missingAt(Downstream downstream) {
        var missing = new TreeSet<>(acknowledged);
        missing.removeAll(received(downstream).keySet());
        return missing;
    }

    /** How many messages the server has more than once. */
    int duplicatesAt(Downstream downstream) {
        return received(downstream).values().stream()
                .mapToInt(count -> count - 1)
                .sum();
    }

    /**
     * Sends messages, one after the other, until {@link #end} or until the relay is gone. When the relay closes the
     * session, as after too many refused messages, it opens another.
     */
    void send(int port) {
        boolean opened = true;
        while (opened && !ended) {
            opened = sendOverOneSession(port);
        }
    }

    /** Returns whether the relay was there. */
    private boolean sendOverOneSession(int port) {
        var opened = new AtomicBoolean();
        try (var loop = EventLoop.open("sender")) {
            var client = new SmtpClient(
                    loop,
                    ClientOptions.named("client.example").withTimeouts(ClientTimeouts.all(Duration.ofSeconds(20))),
                    end -> {});
            sendNext(client, opened);
            client.open(new InetSocketAddress("127.0.0.1", port));
            loop.run();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return opened.get();
    }

    private void sendNext(SmtpClient client, AtomicBoolean opened) {
        int number = next.getAndIncrement();
        byte[] content = ("Subject: " + number + "\r\n\r\n" + LINE.repeat(lines) + text(number)).getBytes(US_ASCII);
        var transaction = MailTransaction.of(
                ReversePath.parse("<ann@sender.example>"),
                List.of(Recipient.of(ForwardPath.parse("<bob@there.example>"))),
                MessageContent.of(content));
        client.send(transaction, result -> {
            if (sent(number, result)) {
                opened.set(true);
                if (ended) {
                    client.quit();
                } else {
                    sendNext(client, opened);
                }
            }
        });
    }

    /** Returns whether the relay has replied. */
    private boolean sent(int number, TransactionResult result) {
        ServerReply reply = result.recipients().get(0).reply();
        if (result.isComplete()) {
            acknowledged.add(number);
            return true;
        }
        if (reply == null) {
            return false;
        }
        refusals.add(reply.toString());
        refused.incrementAndGet();
        LockSupport.parkNanos(REFUSED_PAUSE_NANOS); // a sender that is refused does not hurry
        return true;
    }

    private static String text(int number) {
        return "text of message " + number + "\r\n";
    }

    /** How often each message has arrived; every copy is complete. */
    private static Map<Integer, Integer> received(Downstream downstream) {
        var counts = new HashMap<Integer, Integer>();
        for (Downstream.Received one : downstream.messages()) {
            String content = one.content();
            int start = content.indexOf("Subject: ") + "Subject: ".length();
            int number = Integer.parseInt(content.substring(start, content.indexOf('\r', start)));
            assertThat(content).endsWith("\r\n" + text(number));
            counts.merge(number, 1, Integer::sum);
        }
        return counts;
    }
}
