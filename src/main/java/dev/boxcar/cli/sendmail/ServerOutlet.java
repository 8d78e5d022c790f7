// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.client.TransactionResult.Outcome;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Sends a message by SMTP. Until it is complete, it is in a temporary file. */
final class ServerOutlet implements MessageOutlet {
    private final InetSocketAddress server;
    private final String hostname;
    private final Path file;
    private final OutputStream out;
    private long bytes;

    private ServerOutlet(InetSocketAddress server, String hostname, Path file, OutputStream out) {
        this.server = server;
        this.hostname = hostname;
        this.file = file;
        this.out = out;
    }

    static ServerOutlet open(InetSocketAddress server, String hostname) throws SendmailException {
        try {
            Path file = Files.createTempFile("boxcar-sendmail", "");
            return new ServerOutlet(server, hostname, file, new BufferedOutputStream(Files.newOutputStream(file)));
        } catch (IOException e) {
            throw new SendmailException(
                    SendmailException.CANNOT_CREATE, "no temporary file can be created: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(byte[] piece) throws IOException {
        out.write(piece);
        bytes += piece.length;
    }

    @Override
    public void submit(SubmissionEnvelope submission, boolean isEightBit) throws IOException, SendmailException {
        out.close();
        boolean hasUtf8Header = false; // a header with other bytes is sent as it is, like the body
        MessageContent content =
                MessageContent.opening(() -> Files.newInputStream(file), bytes, isEightBit, hasUtf8Header);
        List<Recipient> recipients = submission.recipients().stream()
                .map(path -> new Recipient(path, submission.recipientParameters()))
                .toList();
        var transaction = new MailTransaction(submission.sender(), submission.mailParameters(), recipients, content);
        check(send(transaction));
    }

    private TransactionResult send(MailTransaction transaction) throws IOException {
        var results = new ArrayList<TransactionResult>();
        try (var loop = EventLoop.open("sendmail")) {
            var client = new SmtpClient(loop, ClientOptions.named(hostname), failure -> {});
            client.send(transaction, results::add);
            client.quit();
            client.open(server);
            loop.run();
        }
        return results.get(0);
    }

    private static void check(TransactionResult result) throws SendmailException {
        if (result.isComplete()) {
            return;
        }
        List<RecipientResult> failed = result.recipients().stream()
                .filter(one -> one.outcome() != Outcome.ACCEPTED)
                .toList();
        String reasons = failed.stream()
                .map(one -> one.recipient().path() + ": " + one.reason())
                .collect(Collectors.joining("; "));
        boolean isFinal = failed.stream().allMatch(one -> one.outcome() == Outcome.REFUSED);
        boolean isUnknown = failed.stream().allMatch(one -> one.step() == SessionStep.RCPT);
        int permanent = isUnknown ? SendmailException.NO_USER : SendmailException.UNAVAILABLE;
        throw new SendmailException(isFinal ? permanent : SendmailException.TEMPORARY, reasons);
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }
}
