// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.cli.option.Version;
import dev.boxcar.cli.value.Hostname;
import dev.boxcar.cli.value.ServerAddressConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code boxcar sendmail}: takes a message on standard input, as other programs expect of {@code /usr/sbin/sendmail}.
 * Without {@code --server} it goes into the maildrop of the local relay, which may be down.
 */
@Command(
        name = "sendmail",
        sortOptions = false,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = SendmailException.USAGE,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar sendmail [OPTION...] [ADDRESS...]",
        header =
                "sends the message on standard input, as other programs expect; also when the launcher is called sendmail",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "The message goes into the directory maildrop of the spool, where the relay takes it, now or when it is",
            "started. An address without a domain is a user of this host. From, Date and Message-ID are added if they",
            "are missing.",
            "",
            "Exit status: 0 taken, 64 invalid option or no recipient, 65 invalid message, 67 invalid or unknown",
            "recipient, 69 refused by the server, 73 spool cannot be written, 74 input or output failed, 75 try again",
            "later."
        })
public final class SendmailCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "ADDRESS", arity = "0..*", description = "the recipients")
    List<String> recipients = new ArrayList<>();

    @Option(names = "-t", description = "take recipients from To, Cc and Bcc, too, and remove Bcc")
    boolean fromHeader;

    @Option(names = "-i", description = "a line with a dot alone does not end the message")
    boolean ignoresDots;

    @Option(
            names = {"-f", "-r"},
            paramLabel = "ADDRESS",
            description = "the envelope sender; <> for none (default: this user)")
    @Nullable
    String sender;

    @Option(names = "-F", paramLabel = "NAME", defaultValue = "", description = "the name in a From that is added")
    String name;

    @Option(
            names = "-N",
            paramLabel = "WHEN",
            defaultValue = "",
            description = "when to report the delivery: never, or some of success,failure,delay")
    String notify;

    @Option(
            names = "-R",
            paramLabel = "WHAT",
            defaultValue = "",
            description = "what a report returns of the message: full or hdrs")
    String returned;

    @Option(names = "-V", paramLabel = "ID", defaultValue = "", description = "the envelope id that reports name")
    String envelopeId;

    @Option(
            names = "-b",
            paramLabel = "MODE",
            defaultValue = "m",
            description = "m: send a message; s: speak SMTP; p: list the queue (default: ${DEFAULT-VALUE})")
    String mode;

    @Option(
            names = "-q",
            paramLabel = "TIME",
            arity = "0..1",
            fallbackValue = "now",
            description = "attempt all queued messages now; a time is ignored")
    @Nullable
    String queueRun;

    @Option(names = "-v", description = "print where the message has gone")
    boolean verbose;

    @Option(names = "-o", paramLabel = "OPTION", description = "-oi is -i; others are ignored")
    List<String> others = new ArrayList<>();

    @Option(
            names = {"-B", "-A", "-L", "-O", "-X", "-e", "-h"},
            paramLabel = "VALUE",
            description = "accepted and ignored")
    @Nullable
    String ignoredValue;

    @Option(
            names = {"-G", "-m", "-n", "-U"},
            description = "accepted and ignored")
    boolean ignored;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            converter = ServerAddressConverter.class,
            description = "send to this server by SMTP instead (default: the local relay)")
    @Nullable
    InetSocketAddress server;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "the spool of the local relay (default: ${DEFAULT-VALUE})")
    Path spool;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the domain of addresses without one (default: this machine's name)")
    @Nullable
    Hostname hostname;

    @Option(
            names = "--max-message-size",
            paramLabel = "SIZE",
            defaultValue = "50MiB",
            converter = SizeConverter.class,
            description = "the largest message, with line ends as CRLF (default: ${DEFAULT-VALUE})")
    long maxMessageSize;

    @Option(names = "--help", usageHelp = true, description = "print this text")
    boolean help;

    private final Map<String, String> environment;
    private final InputStream in;

    /** The command, with the variables of this environment and this standard input. */
    public SendmailCommand(Map<String, String> environment, InputStream in) {
        this.environment = environment;
        this.in = in;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            if (queueRun != null) {
                return new LocalQueue(spool, environment).retry(spec.commandLine());
            }
            return switch (mode) {
                case "m" -> send();
                case "s" -> speakSmtp();
                case "p" -> new LocalQueue(spool, environment).list(spec.commandLine());
                default ->
                    throw new SendmailException(
                            SendmailException.USAGE, "-b" + mode + ": unknown mode: use -bm, -bs or -bp");
            };
        } catch (SendmailException e) {
            return complain(String.valueOf(e.getMessage()), e.status());
        } catch (IOException e) {
            return complain(e.getMessage() == null ? e.toString() : e.getMessage(), SendmailException.IO);
        }
    }

    private int complain(String reason, int status) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("boxcar: " + reason.strip().replaceAll("[\\p{Cntrl}\\s]+", " "));
        err.flush();
        return status;
    }

    private String host() {
        return (hostname == null ? Hostname.ofThisMachine(environment) : hostname).name();
    }

    private int speakSmtp() throws IOException, InterruptedException {
        var session = new StandardStreamSession(in, System.out);
        if (server == null) {
            session.serve(spool, host());
        } else {
            session.connect(server);
        }
        return 0;
    }

    private int send() throws IOException, SendmailException {
        String host = host();
        var addresses = new MailAddresses(host);
        Mailbox user = addresses.user(userName());
        ReversePath from = sender == null ? new ReversePath(List.of(), user) : addresses.sender(sender);
        DsnRequest dsn = DsnRequest.of(notify, returned, envelopeId);
        var to = new LinkedHashSet<ForwardPath>();
        for (String argument : recipients) {
            to.addAll(addresses.recipients(argument, SendmailException.NO_USER));
        }
        if (to.isEmpty() && !fromHeader) {
            throw noRecipients();
        }
        var message = new SubmittedMessage(in, !ignoresDots && !others.contains("i"), maxMessageSize);
        if (fromHeader) {
            to.addAll(message.recipients(addresses));
            message.removeBlindCopies();
        }
        if (to.isEmpty()) {
            throw noRecipients();
        }
        Mailbox author = from.mailbox() == null ? user : from.mailbox();
        message.complete(author, name, host, ZonedDateTime.now(ZoneId.systemDefault()));
        submit(message, new SubmissionEnvelope(from, List.copyOf(to), dsn.mail(), dsn.recipient()), host);
        return 0;
    }

    private void submit(SubmittedMessage message, SubmissionEnvelope submission, String host)
            throws IOException, SendmailException {
        try (MessageOutlet outlet =
                server == null ? MaildropOutlet.open(spool, host) : ServerOutlet.open(server, host)) {
            message.copyTo(outlet);
            outlet.submit(submission, message.isEightBit());
        }
        if (verbose) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    server == null
                            ? "in the maildrop of " + spool
                            : "accepted by " + server.getHostString() + ":" + server.getPort());
            out.flush();
        }
    }

    private static SendmailException noRecipients() {
        return new SendmailException(
                SendmailException.USAGE, "no recipients: name them as arguments, or use -t and To, Cc or Bcc");
    }

    private String userName() {
        String login = environment.getOrDefault("LOGNAME", environment.getOrDefault("USER", ""));
        return login.isEmpty() ? System.getProperty("user.name", "nobody") : login;
    }
}
