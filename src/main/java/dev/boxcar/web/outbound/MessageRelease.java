// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Passes messages on to one configured server. The calling thread runs an event loop of its own until the server has
 * replied, at most a minute per reply. Any thread that may block.
 *
 * @param host the server's name or address
 * @param port its port
 * @param options how to connect to it
 * @param sender replaces the message's own sender; null keeps it
 * @param allow matches the recipients that are allowed; null allows all
 * @param block matches the recipients that are blocked; null blocks none
 */
public record MessageRelease(
        String host,
        int port,
        ClientOptions options,
        @Nullable Mailbox sender,
        @Nullable Pattern allow,
        @Nullable Pattern block) {
    /** How long each reply may take. */
    public static final ClientTimeouts TIMEOUTS = ClientTimeouts.all(Duration.ofMinutes(1));

    /** The server as HOST:PORT. */
    public String server() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The mailbox of {@link #sender}, or an empty string. */
    public String returnPath() {
        return sender == null ? "" : sender.toString();
    }

    /** The expression of {@link #allow}, or an empty string. */
    public String allowed() {
        return allow == null ? "" : allow.pattern();
    }

    /** The expression of {@link #block}, or an empty string. */
    public String blocked() {
        return block == null ? "" : block.pattern();
    }

    /** Whether {@link #allow} permits this recipient. */
    public boolean isAllowed(Mailbox recipient) {
        return allow == null || allow.matcher(recipient.toString()).find();
    }

    /** Whether {@link #block} blocks this recipient. */
    public boolean isBlocked(Mailbox recipient) {
        return block != null && block.matcher(recipient.toString()).find();
    }

    /** Why these recipients are not permitted; empty if they are. */
    public String problemWith(List<Mailbox> recipients) {
        List<Mailbox> notAllowed =
                recipients.stream().filter(mailbox -> !isAllowed(mailbox)).toList();
        List<Mailbox> blocked = recipients.stream().filter(this::isBlocked).toList();
        return !notAllowed.isEmpty()
                ? "not on the allowlist: " + list(notAllowed)
                : blocked.isEmpty() ? "" : "on the blocklist: " + list(blocked);
    }

    private static String list(List<Mailbox> mailboxes) {
        return String.join(", ", mailboxes.stream().map(Mailbox::toString).toList());
    }

    /**
     * Sends a stored message, with CRLF line ends only and without Bcc fields. Returns a line for each recipient that
     * was not accepted.
     */
    public List<String> send(SpoolRecord record, List<Mailbox> to) throws IOException {
        return problems(deliver(record, to));
    }

    /** Sends a stored message like {@link #send}. Returns the result for each recipient. */
    List<RecipientResult> deliver(SpoolRecord record, List<Mailbox> to) throws IOException {
        try (InputStream body = record.body()) {
            return deliver(sender(record), to, OutgoingContent.of(body.readAllBytes()));
        }
    }

    private static ReversePath sender(SpoolRecord record) {
        try {
            return record.envelope().reversePath();
        } catch (IllegalStateException | IllegalArgumentException invalidPath) {
            return ReversePath.NULL;
        }
    }

    /** Sends the message. Returns a line for each recipient that was not accepted. */
    public List<String> send(ReversePath from, List<Mailbox> to, byte[] message) throws IOException {
        return problems(deliver(from, to, message));
    }

    private List<RecipientResult> deliver(ReversePath from, List<Mailbox> to, byte[] message) throws IOException {
        ReversePath path = sender == null ? from : new ReversePath(List.of(), sender);
        List<Recipient> recipients = to.stream()
                .map(mailbox -> Recipient.of(new ForwardPath(List.of(), mailbox)))
                .toList();
        var results = new ArrayList<RecipientResult>();
        try (EventLoop loop = EventLoop.open("release")) {
            var client = new SmtpClient(loop, options, end -> {});
            client.open(InetSocketAddress.createUnresolved(host, port));
            client.send(
                    MailTransaction.of(path, recipients, MessageContent.of(message)),
                    result -> results.addAll(result.recipients()));
            client.quit();
            loop.run();
        }
        return results;
    }

    /** A line for each recipient that was not accepted. */
    static List<String> problems(List<RecipientResult> results) {
        return results.stream()
                .filter(one -> one.outcome() != Outcome.ACCEPTED)
                .map(one -> one.recipient().path() + " " + one.reason())
                .toList();
    }
}
