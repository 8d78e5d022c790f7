// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.ingest;

import dev.boxcar.cli.output.ProgressLine;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.ForwardPathConverter;
import dev.boxcar.cli.value.Hostname;
import dev.boxcar.cli.value.ServerAddressConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code boxcar ingest}: sends stored messages to a running sink. */
@Command(
        name = "ingest",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar ingest [OPTION...] FILE|DIR...",
        header = "sends the messages of mbox files, Maildirs and eml files to a running sink, over SMTP",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "A file that begins with a From line is an mbox; any other file is one message. In a directory, all Maildirs",
            "and all files are read that are named .eml, .mbox or .mbx or begin with a From line.",
            "",
            "The sender is that of Return-Path, of the From line, or of From; the recipients are those of To, Cc and Bcc.",
            "A message that names none is sent to nobody@localhost.",
            "",
            "A message that is not accepted is reported in one line, and the others follow.",
            "",
            "Examples:",
            "  boxcar ingest ~/Maildir                            all messages of a Maildir and its folders",
            "  boxcar ingest --smtp localhost:2525 old.mbox       an mbox, to another port",
            "  boxcar spool cat ID | boxcar ingest -              one message from standard input",
            "",
            "Exit status: 0 all accepted, 1 not all, 2 invalid option."
        })
public final class IngestCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|DIR",
            arity = "1..*",
            description = "files and directories with messages; - is standard input")
    List<String> sources;

    @Option(
            names = "--smtp",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:1025",
            converter = ServerAddressConverter.class,
            description = "the server (default: ${DEFAULT-VALUE})")
    InetSocketAddress server;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            converter = ForwardPathConverter.class,
            description = "send every message to this recipient instead (default: To, Cc and Bcc)")
    @Nullable
    ForwardPath to;

    @Option(
            names = "--mbox",
            paramLabel = "mboxrd|mboxo",
            defaultValue = "mboxrd",
            converter = QuotingConverter.class,
            description =
                    "how lines with From are quoted: mboxrd: one > more than before; mboxo: one > (default: ${DEFAULT-VALUE})")
    MboxReader.Quoting quoting;

    @Option(
            names = "--max-message-size",
            paramLabel = "SIZE",
            defaultValue = "50MiB",
            converter = SizeConverter.class,
            description = "a larger message is not sent (default: ${DEFAULT-VALUE})")
    long maxMessageSize;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1m",
            converter = DurationConverter.class,
            description = "how long to wait for each reply (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;
    private final InputStream standardInput;
    private final IngestBatch batch = new IngestBatch();
    private long accepted;
    private long failed;
    private long bytes;

    /** Reads {@code standardInput} for the source {@code -}. */
    public IngestCommand(Map<String, String> environment, InputStream standardInput) {
        this.environment = environment;
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws IOException {
        try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
            for (String source : sources) {
                if (source.equals(STANDARD_INPUT)) {
                    ingest(standardInput, "standard input", progress);
                } else {
                    ingestFiles(Path.of(source), progress);
                }
            }
            send(progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(accepted + (accepted == 1 ? " message" : " messages") + " sent to " + server.getHostString() + ":"
                + server.getPort() + (failed == 0 ? "" : ", " + failed + " not sent"));
        out.flush();
        return failed == 0 ? 0 : ExitStatus.FAILED;
    }

    private void ingestFiles(Path source, ProgressLine progress) throws IOException {
        if (!Files.exists(source)) {
            fail(source.toString(), "no such file", progress);
            return;
        }
        for (Path file : MailFiles.in(source)) {
            try (InputStream in = Files.newInputStream(file)) {
                ingest(in, file.toString(), progress);
            } catch (java.nio.file.FileSystemException e) {
                fail(file.toString(), "cannot be read", progress);
            }
        }
    }

    private void ingest(InputStream in, String name, ProgressLine progress) throws IOException {
        int limit = (int) Math.min(maxMessageSize, Integer.MAX_VALUE / 4);
        var reader = new MboxReader(in, name, quoting, limit);
        for (StoredMessage message = reader.next(); message != null; message = reader.next()) {
            if (!message.isWhole()) {
                fail(message.origin(), "larger than --max-message-size", progress);
                continue;
            }
            MessageEnvelope envelope = MessageEnvelope.of(message, to == null ? List.of() : List.of(to));
            byte[] content = withCrlf(message.bytes());
            var transaction = MailTransaction.of(
                    envelope.sender(),
                    envelope.recipients().stream().map(Recipient::of).toList(),
                    MessageContent.of(content));
            bytes += content.length;
            batch.add(message.origin(), transaction, content.length);
            if (batch.isFull()) {
                send(progress);
            }
        }
    }

    /** The message with CRLF as its only line end (RFC 5321 §2.3.8). */
    private static byte[] withCrlf(byte[] message) {
        var out = new java.io.ByteArrayOutputStream(message.length + message.length / 32);
        for (int i = 0; i < message.length; i++) {
            boolean isCrlf = message[i] == '\r' && i + 1 < message.length && message[i + 1] == '\n';
            if (isCrlf) {
                i++;
            }
            if (message[i] == '\n' || message[i] == '\r') {
                out.write('\r');
                out.write('\n');
            } else {
                out.write(message[i]);
            }
        }
        return out.toByteArray();
    }

    private void send(ProgressLine progress) throws IOException {
        String name = Hostname.ofThisMachine(environment).name();
        ClientOptions options = ClientOptions.named(name).withTimeouts(ClientTimeouts.all(timeout));
        batch.send(reachable(server), options, (origin, result) -> report(origin, result, progress));
        progress.update(accepted + failed, bytes);
    }

    /** The variables of a sink may say that it listens on all addresses; then it is reached at this machine. */
    private static InetSocketAddress reachable(InetSocketAddress address) {
        boolean all = List.of("0.0.0.0", "::").contains(address.getHostString());
        return all ? InetSocketAddress.createUnresolved("localhost", address.getPort()) : address;
    }

    private void report(String origin, TransactionResult result, ProgressLine progress) {
        for (TransactionResult.RecipientResult recipient : result.recipients()) {
            if (recipient.outcome() != TransactionResult.Outcome.ACCEPTED) {
                fail(origin, recipient.recipient().path() + " " + recipient.reason(), progress);
                return;
            }
        }
        accepted++;
    }

    private void fail(String origin, String reason, ProgressLine progress) {
        failed++;
        progress.clear();
        PrintWriter err = spec.commandLine().getErr();
        err.println(TerminalText.of("boxcar: " + origin + ": " + reason));
        err.flush();
    }

    static final class QuotingConverter implements ITypeConverter<MboxReader.Quoting> {
        @Override
        public MboxReader.Quoting convert(String text) {
            return switch (text) {
                case "mboxrd" -> MboxReader.Quoting.MBOXRD;
                case "mboxo" -> MboxReader.Quoting.MBOXO;
                default -> throw new TypeConversionException("invalid value '" + text + "': use mboxrd or mboxo");
            };
        }
    }
}
