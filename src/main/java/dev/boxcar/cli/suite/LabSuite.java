// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.cli.option.TlsOptions;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.suite.CaseResult;
import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.ClientCommand;
import dev.boxcar.lab.suite.ClientSuite;
import dev.boxcar.lab.suite.Finding;
import dev.boxcar.lab.suite.SuiteCase;
import dev.boxcar.lab.suite.SuiteCatalog;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.SelfSignedCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code boxcar lab suite}: runs a client command through scripted sessions and judges it. */
@Command(
        name = "suite",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar lab suite [OPTION...] -- COMMAND...",
        header = "runs a mail client through scripted sessions and judges what it does",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "Starts a server and runs the command once per case. The command sends one message and ends with status 0 if",
            "the server accepted it, otherwise with another. In each of its words these are replaced:",
            "",
            "  {host} {port}  where the server listens",
            "  {from} {to}    the sender and the first of three recipients",
            "  {recipients}   all recipients, separated by commas",
            "  {to...}        all recipients, each in a word of its own, with the option before it",
            "  {message}      a file with the message, with CRLF line ends; {lf-message}: the same with LF",
            "",
            "A case fails if a verdict on one of its sessions is a VIOLATION, if the client behaves differently although",
            "the same replies came (V09), if it deadlocks (V11), or if its exit status is wrong. docs/lab.md explains the",
            "verdicts, and docs/clients.md has the results of well-known clients.",
            "",
            "Progress goes to standard error, the results to standard output.",
            "",
            "Examples:",
            "  boxcar lab suite -- curl -sS smtp://{host}:{port} --mail-from {from} --mail-rcpt {to...} -T {message}",
            "  boxcar lab suite --only no-pipelining,glued -- ./my-client {host} {port} {from} {to} {message}",
            "  boxcar lab suite --junit-xml suite.xml --html suite.html -- ./my-client {host} {port} {recipients} {message}",
            "",
            "Exit status: 0 no case failed, 1 a case failed, 2 invalid option."
        })
public final class LabSuite implements Callable<Integer> {
    private static final int FAILED = 1;

    @Spec
    CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "the program that sends a message, and its arguments")
    List<String> command = new ArrayList<>();

    @Option(
            names = "--only",
            paramLabel = "NAME,...",
            split = ",",
            description = "run only these cases (default: all but those with 8-bit text)")
    List<String> only = new ArrayList<>();

    @Option(names = "--list", description = "print the names of the cases and what they are about, and end")
    boolean list;

    @Option(
            names = "--junit-xml",
            paramLabel = "FILE",
            description = "write the results to this file, as JUnit does (default: none)")
    @Nullable
    Path junitXml;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "write the results to this file, with all that was said (default: none)")
    @Nullable
    Path html;

    @Option(names = "--json", description = "print the results as JSON instead of a table")
    boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "how long each run of the command may take (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Option(
            names = "--hold",
            paramLabel = "DURATION",
            defaultValue = "30ms",
            converter = DurationConverter.class,
            description = "send a reply only after the client was quiet for this long (default: ${DEFAULT-VALUE})")
    Duration hold;

    @Option(
            names = "--queueing",
            description = "the client keeps what it cannot deliver and sends it later, so its exit status says less")
    boolean queueing;

    @Option(
            names = "--smtp",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            converter = HostPort.Converter.class,
            description = "where the server listens; port 0: any free port (default: ${DEFAULT-VALUE})")
    HostPort smtp;

    @Option(names = "--no-tls", description = "do not offer STARTTLS; otherwise with a self-signed certificate")
    boolean noTls;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    /** A command in this environment. */
    public LabSuite(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            SuiteCatalog.all().forEach(one -> out.printf("%-22s %s%n", one.name(), one.about()));
            out.flush();
            return 0;
        }
        List<SuiteCase> cases = cases();
        if (command.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "COMMAND: missing argument; example: boxcar lab suite -- ./client {host} {port}");
        }
        var suite = new ClientSuite(
                new ClientCommand(command),
                options(),
                new CaseProgress(spec.commandLine().getErr()));
        List<CaseResult> results = suite.run(cases);
        if (junitXml != null) {
            Files.writeString(junitXml, SuiteJunitXml.of(command, results), UTF_8);
        }
        if (html != null) {
            Files.writeString(html, SuiteHtml.of(command, results), UTF_8);
        }
        out.print(json ? SuiteJson.of(command, results) + "\n" : SuiteText.of(results));
        out.flush();
        return results.stream().anyMatch(result -> result.status() == Status.FAILED) ? FAILED : 0;
    }

    private List<SuiteCase> cases() {
        List<SuiteCase> all = SuiteCatalog.all();
        List<String> known = all.stream().map(SuiteCase::name).toList();
        for (String name : only) {
            if (!known.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "--only: unknown case '" + name + "': use " + String.join(", ", known));
            }
        }
        return all.stream()
                .filter(one -> only.isEmpty() ? one.runsByDefault() : only.contains(one.name()))
                .toList();
    }

    private ClientSuite.Options options() {
        if (hold.compareTo(LineSettings.MAX) > 0) {
            throw new ParameterException(spec.commandLine(), "--hold: must be at most 1m");
        }
        ClientSuite.Options options = ClientSuite.Options.DEFAULTS
                .withAddress(InetSocketAddress.createUnresolved(smtp.host(), smtp.port()))
                .withHold(hold)
                .withLimit(timeout)
                .withBehaviour(queueing ? ClientSuite.Behaviour.QUEUES : ClientSuite.Behaviour.REPORTS);
        if (noTls) {
            return options;
        }
        var tls = new TlsOffer(TlsOffer.Need.OPTIONAL);
        Path directory = TlsOptions.stateDirectory(environment);
        try {
            tls.ready(TlsSettings.server(
                    SelfSignedCertificate.in(directory, "localhost").context()));
        } catch (IOException e) {
            spec.commandLine().getErr().println("boxcar: STARTTLS is not offered: " + e.getMessage());
            return options;
        }
        return options.withTls(tls);
    }

    /** One line per case, on standard error. */
    private record CaseProgress(PrintWriter err) implements ClientSuite.Progress {
        @Override
        public void begins(SuiteCase suiteCase, int number, int of) {
            err.printf("[%2d/%d] %s: %s ... ", number, of, suiteCase.name(), suiteCase.about());
            err.flush();
        }

        @Override
        public void ended(CaseResult result) {
            String ids =
                    result.violations().stream().map(Finding::id).distinct().collect(Collectors.joining(" "));
            err.println(SuiteText.of(result.status()) + (ids.isEmpty() ? "" : ": " + ids));
            err.flush();
        }
    }
}
