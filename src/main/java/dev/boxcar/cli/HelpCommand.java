// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code boxcar help [COMMAND [COMMAND]]}: the options of a command; without one, which commands there are. */
@Command(
        name = "help",
        header = "tells the options of a command",
        synopsisHeading = "%nUsage: ",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n")
final class HelpCommand implements Runnable {
    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "such as 'sink' or 'spool ls'; without one: all commands")
    List<String> names = new ArrayList<>();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    CommandSpec spec;

    @Override
    public void run() {
        CommandLine asked = spec.parent().commandLine();
        for (String name : names) {
            CommandLine below = asked.getSubcommands().get(name);
            if (below == null) {
                var known = asked.getSubcommands().keySet();
                throw new ParameterException(spec.commandLine(), Complaint.unknownCommand(name, known));
            }
            asked = below;
        }
        asked.usage(spec.commandLine().getOut());
    }
}
