// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Passes a message on to one real server, the one that was named by option. Blocks until that has answered, a minute
 * for each answer at most: the calling thread runs an event loop of its own for that long. Any thread that may block.
 *
 * @param host the server's name or address
 * @param port its port
 * @param options how to speak to it
 * @param sender whom to tell of a failure instead of the message's own sender, or null
 * @param allow who may be written to, or null: everybody
 * @param block who may not, or null: nobody
 */
public record MessageRelease(
        String host,
        int port,
        ClientOptions options,
        @Nullable Mailbox sender,
        @Nullable Pattern allow,
        @Nullable Pattern block) {
    /** How long each answer may take. */
    public static final ClientTimeouts TIMEOUTS = ClientTimeouts.all(Duration.ofMinutes(1));

    /** The server as HOST:PORT. */
    public String server() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The mailbox that {@link #sender} is, or an empty text. */
    public String returnPath() {
        return sender == null ? "" : sender.toString();
    }

    /** The expression of {@link #allow}, or an empty text. */
    public String allowed() {
        return allow == null ? "" : allow.pattern();
    }

    /** The expression of {@link #block}, or an empty text. */
    public String blocked() {
        return block == null ? "" : block.pattern();
    }

    /** Whether this recipient is one of those that may be written to. */
    public boolean mayReach(Mailbox recipient) {
        return allow == null || allow.matcher(recipient.toString()).find();
    }

    /** Whether this recipient is one of those that may not. */
    public boolean mayNotReach(Mailbox recipient) {
        return block != null && block.matcher(recipient.toString()).find();
    }

    /** Sends the message; what was not accepted, a line each. Empty: all is well. */
    public List<String> send(ReversePath from, List<Mailbox> to, byte[] message) throws IOException {
        ReversePath path = sender == null ? from : new ReversePath(List.of(), sender);
        List<Recipient> recipients = to.stream()
                .map(mailbox -> Recipient.of(new ForwardPath(List.of(), mailbox)))
                .toList();
        var problems = new ArrayList<String>();
        try (EventLoop loop = EventLoop.open("release")) {
            var client = new SmtpClient(loop, options, end -> {});
            client.open(InetSocketAddress.createUnresolved(host, port));
            client.send(
                    MailTransaction.of(path, recipients, MessageContent.of(message)),
                    outcome -> tell(outcome, problems));
            client.quit();
            loop.run();
        }
        return problems;
    }

    private static void tell(TransactionResult outcome, List<String> problems) {
        for (TransactionResult.RecipientResult one : outcome.recipients()) {
            if (one.outcome() != TransactionResult.Outcome.ACCEPTED) {
                problems.add(one.recipient().path() + " " + one.reason());
            }
        }
    }
}
