// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.lab.LabSetup;
import dev.boxcar.cli.lab.TerminalColor;
import dev.boxcar.cli.option.LabOptions;
import dev.boxcar.cli.option.LogOptions;
import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.cli.source.InvalidConfigException;
import dev.boxcar.cli.source.ScriptFile;
import dev.boxcar.cli.suite.LabSuite;
import dev.boxcar.cli.transcript.LabRecord;
import dev.boxcar.cli.transcript.LabReplay;
import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.ScriptStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code boxcar lab}: a sink that runs scripts of faults and prints what each client did. Runs until a signal ends it.
 */
@Command(
        name = "lab",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar lab [OPTION...] | boxcar lab COMMAND",
        header = "tests mail clients: a sink that judges them, and that misbehaves as a script says",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = {
            "The lab is a sink: it has all options of 'boxcar sink' and prints the same ready lines. In addition it",
            "prints each session that has ended: what the client sent in each flight, the replies, the times and the",
            "verdicts. The output has colours on a terminal, unless NO_COLOR is set.",
            "",
            "docs/lab.md explains scripts, verdicts and the API.",
            "",
            "Examples:",
            "  boxcar lab --spool memory                          see what a client really sends",
            "  boxcar lab --rtt 70ms                              as if the client were on another continent",
            "  boxcar lab --hold 30ms                             find clients that do not wait for replies",
            "  boxcar lab --script greylist.conf                  run a script of faults",
            "",
            "Exit status: 1 port in use or spool unusable, 2 invalid option or script, 74 spool failed while running,",
            "130 Ctrl-C, 143 SIGTERM."
        })
final class LabCommand implements Callable<Integer> {
    /** The names of the subcommands, in the order in which help lists them. */
    static final List<String> SUBCOMMANDS = List.of("suite", "record", "replay");

    @Spec
    CommandSpec spec;

    @Mixin
    LabOptions lab;

    @Mixin
    SinkOptions options;

    @Mixin
    LogOptions log;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    LabCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Creates the subcommand of this name. */
    Callable<Integer> subcommand(String name) {
        return switch (name) {
            case "suite" -> new LabSuite(environment);
            case "record" -> new LabRecord();
            case "replay" -> new LabReplay();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.tls().offerByDefault();
        var setup = new LabSetup(new ScriptFaults(scripts()), TerminalColor.of(environment));
        return new SinkLauncher(spec.commandLine(), options, log, environment).run(setup);
    }

    private ScriptStore scripts() {
        var scripts = new ScriptStore(lab.line(), lab.seed());
        Path file = lab.script();
        if (file == null) {
            return scripts;
        }
        try {
            scripts.add(ScriptFile.read(file));
        } catch (InvalidConfigException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
        return scripts;
    }
}
