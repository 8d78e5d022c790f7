// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.relay.RelayCommand;
import dev.boxcar.cli.relay.RelayOptions;
import dev.boxcar.cli.relay.RelayRouting;
import dev.boxcar.cli.server.ExitStatus;
import dev.boxcar.cli.source.ConfigKeys;
import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.PublishedKeyCheck.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code boxcar relay check}: connects to each smarthost of the configuration and prints what it found. */
@Command(
        name = "check",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar relay check [OPTION...]",
        header = "checks the configuration, the smarthosts and the DKIM keys, and prints what it found",
        description = {
            "",
            "Takes the options of 'boxcar relay'. Looks each smarthost up, connects to each of its addresses, uses TLS",
            "and AUTH as the relay would, and leaves with QUIT. Compares each DKIM key with its record in the DNS. No",
            "mail is sent, and no port is opened.",
            "",
            "Exit status: 0 if every address of every smarthost is ready for mail and every key is published, 1 if one",
            "is not, 2 if the configuration is wrong."
        },
        optionListHeading = "%nOptions:%n")
public final class RelayCheckCommand implements Callable<Integer>, ConfigKeys.Structured {
    @Spec
    CommandSpec spec;

    @Option(names = "--offline", description = "check the configuration only")
    boolean offline;

    @Option(names = "--json", description = "as one JSON object")
    boolean json;

    @Option(
            names = "--check-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "how long a server may take for each reply; all checks take at most six times as long"
                    + " (default: ${DEFAULT-VALUE})")
    Duration timeout;

    @Mixin
    RelayOptions options;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    /** The command, with the variables of this environment. */
    public RelayCheckCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Set<String> structuredKeys() {
        return RelayRouting.STRUCTURED_KEYS;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RelayCommand.check(options, environment, spec.commandLine());
        RelayRouting routing = RelayRouting.of(options, environment, spec.commandLine());
        DkimSigner signer = routing.signer(spec.commandLine());
        List<HostFindings> findings = List.of();
        List<Finding> keys = List.of();
        if (!offline) {
            NameService names = routing.names();
            keys = new SigningKeyCheck(signer.keys(), names, timeout).run();
            findings = new SmarthostCheck(routing, names, timeout).run();
        }
        PrintWriter out = spec.commandLine().getOut();
        var report = new CheckReport(routing, findings, keys);
        if (json) {
            report.printJson(out);
        } else {
            report.print(out, offline);
        }
        out.flush();
        boolean isGood = findings.stream().allMatch(HostFindings::isGood)
                && keys.stream().allMatch(Finding::isGood);
        return isGood ? 0 : ExitStatus.FAILED;
    }
}
