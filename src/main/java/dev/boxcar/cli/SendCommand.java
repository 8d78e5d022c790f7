// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.EventLoop;
import dev.boxcar.cli.option.ClientTlsOptions;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.ForwardPathConverter;
import dev.boxcar.cli.value.Hostname;
import dev.boxcar.cli.value.PipeliningModeConverter;
import dev.boxcar.cli.value.ReversePathConverter;
import dev.boxcar.cli.value.ServerAddressConverter;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.ClientTimeouts;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code boxcar send}: sends one message and prints one line per recipient. */
@Command(
        name = "send",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar send [OPTION...] --from ADDRESS --to ADDRESS... (--file FILE | --body TEXT) HOST:PORT",
        header = "sends one message, pipelined, and prints the result for each recipient",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Prints one line per recipient with the server's reply:",
            "",
            "  <ben@b.example> accepted: 250 2.0.0 Message 01JD9 stored",
            "  <cal@b.example> refused: 550 5.1.1 no such user",
            "",
            "'deferred': a later attempt may succeed. 'in doubt': the connection was lost before the final reply, so",
            "the server may have the message.",
            "",
            "Exit status: 0 accepted for all recipients, 1 not for all, 2 invalid option."
        })
final class SendCommand implements Callable<Integer> {
    private static final String PASSWORD = "BOXCAR_PASSWORD";

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "HOST:PORT",
            converter = ServerAddressConverter.class,
            description = "the server, such as localhost:1025")
    InetSocketAddress server;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            required = true,
            converter = ReversePathConverter.class,
            description = "the envelope sender, to whom failure reports go; <> for none")
    ReversePath from;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            required = true,
            arity = "1..*",
            converter = ForwardPathConverter.class,
            description = "a recipient; several may follow, and the option may be repeated")
    List<ForwardPath> to;

    /** The message: a file, or a text. */
    static final class MessageSource {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "the complete message, with line ends converted to CRLF; - is standard input")
        @Nullable
        String file;

        @Option(names = "--body", paramLabel = "TEXT", description = "the text of the message; a header is added")
        @Nullable
        String body;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    MessageSource source = new MessageSource();

    @Option(names = "--subject", paramLabel = "TEXT", defaultValue = "", description = "the subject, with --body")
    String subject;

    @Option(names = "--raw", description = "send the --file unchanged, whatever its line ends")
    boolean raw;

    @Mixin
    ClientTlsOptions tls;

    @Option(
            names = "--auth",
            paramLabel = "USER",
            description = "log in (AUTH); the password is $BOXCAR_PASSWORD or the first line of standard input")
    @Nullable
    String user;

    @Option(names = "--auth-allow-insecure", description = "send the password also without TLS")
    boolean allowInsecureAuth;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "pipelined",
            converter = PipeliningModeConverter.class,
            description =
                    "lockstep, pipelined, train or bdat, as far as the server offers it (default: ${DEFAULT-VALUE})")
    PipeliningMode mode;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the host name for EHLO (default: this machine's name)")
    @Nullable
    Hostname hostname;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long to wait for each reply (default: RFC 5321 section 4.5.3.2, 1 to 10 minutes)")
    @Nullable
    Duration timeout;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    SendCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        Hostname name = hostname == null ? Hostname.ofThisMachine(environment) : hostname;
        ClientOptions options = ClientOptions.named(name.name()).withMode(mode);
        if (timeout != null) {
            options = options.withTimeouts(ClientTimeouts.all(timeout));
        }
        if (user != null) {
            options = options.withCredentials(
                    allowInsecureAuth
                            ? ClientCredentials.alsoInClearText(user, password())
                            : ClientCredentials.onlyInsideTls(user, password()));
        }
        if (tls.mode(server) != TlsMode.NONE) {
            options = options.withTls(tls.mode(server), tls.settings(server));
        }
        List<Recipient> recipients = to.stream().map(Recipient::of).toList();
        var transaction = MailTransaction.of(from, recipients, MessageContent.of(message(name)));
        return report(send(options, transaction));
    }

    private TransactionResult send(ClientOptions options, MailTransaction transaction) throws IOException {
        var results = new ArrayList<TransactionResult>();
        try (var loop = EventLoop.open("send")) {
            var client = new SmtpClient(loop, options, failure -> {});
            client.send(transaction, results::add);
            client.quit();
            client.open(server);
            loop.run();
        }
        return results.get(0);
    }

    private int report(TransactionResult result) {
        PrintWriter out = spec.commandLine().getOut();
        for (TransactionResult.RecipientResult recipient : result.recipients()) {
            String outcome = recipient.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            out.println(TerminalText.of(recipient.recipient().path() + " " + outcome + ": " + recipient.reason()));
        }
        out.flush();
        return result.isComplete() ? 0 : ExitStatus.FAILED;
    }

    private byte[] message(Hostname name) throws IOException {
        if (source.body != null) {
            return TextMessage.of(
                    from, to, name.name(), subject, source.body, ZonedDateTime.now(ZoneId.systemDefault()));
        }
        String file = String.valueOf(source.file);
        byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        return raw ? bytes : TextMessage.withCrlf(bytes);
    }

    /** From the environment or standard input. Never from an argument, which other users of the machine can see. */
    private String password() throws IOException {
        String password = environment.get(PASSWORD);
        if (password != null) {
            return password;
        }
        if ("-".equals(source.file)) {
            throw new ParameterException(
                    spec.commandLine(), "--auth: needs $" + PASSWORD + " if the message comes from standard input");
        }
        return firstLine(System.in);
    }

    private static String firstLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(UTF_8).replaceFirst("\r$", "");
    }
}
