// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.DurationConverter;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.EventLoop;
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

/** {@code boxcar send}: one message, one line for each recipient. */
@Command(
        name = "send",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar send [OPTION...] --from ADDRESS --to ADDRESS... (--file FILE | --body TEXT) HOST:PORT",
        header = "sends one message, pipelined, and says what became of it for each recipient",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Prints a line for each recipient, with the server's own words:",
            "",
            "  <ben@b.example> accepted: 250 2.0.0 Message 01JD9 stored",
            "  <cal@b.example> refused: 550 5.1.1 no such user",
            "",
            "'deferred' may be tried again; 'in doubt': the connection was lost before the last answer, and the server may have the message.",
            "",
            "Exit status: 0 accepted for all, 1 not for all, 2 wrong option."
        })
final class SendCommand implements Callable<Integer> {
    private static final String PASSWORD = "BOXCAR_PASSWORD";

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "HOST:PORT",
            converter = ServerAddress.class,
            description = "the server, such as localhost:1025")
    InetSocketAddress server;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            required = true,
            converter = Paths.Reverse.class,
            description = "whom to tell of a failure: the envelope's sender; <> is nobody")
    ReversePath from;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            required = true,
            arity = "1..*",
            converter = Paths.Forward.class,
            description = "whom it is for; several may follow, and the option may be given again")
    List<ForwardPath> to;

    /** The message is one of these. */
    static final class Text {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "the message, header and all, line ends made CRLF; - is standard input")
        @Nullable
        String file;

        @Option(names = "--body", paramLabel = "TEXT", description = "a message of this text, with a header of its own")
        @Nullable
        String body;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    Text text = new Text();

    @Option(names = "--subject", paramLabel = "TEXT", defaultValue = "", description = "the subject of a --body")
    String subject;

    @Option(names = "--raw", description = "send the --file octet for octet, whatever its line ends")
    boolean raw;

    @Mixin
    ClientTls tls;

    @Option(
            names = "--auth",
            paramLabel = "USER",
            description =
                    "say who we are (AUTH PLAIN or LOGIN); the password is in $BOXCAR_PASSWORD or the first line of standard input")
    @Nullable
    String user;

    @Option(names = "--auth-allow-insecure", description = "say the password also where TLS does not protect it")
    boolean inClearText;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "pipelined",
            converter = ModeName.class,
            description =
                    "lockstep, pipelined, train or bdat; less where the server does not offer it (default: ${DEFAULT-VALUE})")
    PipeliningMode mode;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the name to say at EHLO")
    @Nullable
    Hostname hostname;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description =
                    "how long to wait for each answer (default: what RFC 5321 section 4.5.3.2 says, 1 to 10 minutes)")
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
            options = options.withCredentials(new ClientCredentials(user, password(), inClearText));
        }
        if (tls.security(server) != TlsMode.NONE) {
            options = options.withTls(tls.security(server), tls.how(server));
        }
        List<Recipient> recipients = to.stream().map(Recipient::of).toList();
        var transaction = MailTransaction.of(from, recipients, MessageContent.of(bytes(name)));
        return report(send(options, transaction));
    }

    private TransactionResult send(ClientOptions options, MailTransaction transaction) throws IOException {
        var outcome = new ArrayList<TransactionResult>();
        try (var loop = EventLoop.open("send")) {
            var client = new SmtpClient(loop, options, failure -> {});
            client.send(transaction, outcome::add);
            client.quit();
            client.open(server);
            loop.run();
        }
        return outcome.get(0);
    }

    private int report(TransactionResult outcome) {
        PrintWriter out = spec.commandLine().getOut();
        for (TransactionResult.RecipientResult one : outcome.recipients()) {
            String word = one.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            out.println(Printable.of(one.recipient().path() + " " + word + ": " + one.reason()));
        }
        out.flush();
        return outcome.isComplete() ? 0 : Main.REFUSED;
    }

    private byte[] bytes(Hostname name) throws IOException {
        if (text.body != null) {
            return Letter.of(from, to, name.name(), subject, text.body, ZonedDateTime.now(ZoneId.systemDefault()));
        }
        String file = String.valueOf(text.file);
        byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        return raw ? bytes : Letter.withCrlf(bytes);
    }

    /** From the environment, or a line of standard input; never an argument, which everybody on the machine can see. */
    private String password() throws IOException {
        String password = environment.get(PASSWORD);
        if (password != null) {
            return password;
        }
        if ("-".equals(text.file)) {
            throw new ParameterException(
                    spec.commandLine(), "--auth: needs $" + PASSWORD + " where the message comes from standard input");
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
