// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Describes an error in the command line in one line, which names the option and where its value came from. */
public final class UsageError {
    private UsageError() {}

    /** The line for this exception of picocli. */
    public static String of(ParameterException e, OptionSources sources) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            ArgSpec arg = missing.getMissing().get(0);
            return name(arg) + ": " + (arg.isOption() ? "needs " + arg.paramLabel() : "missing argument");
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() != null) {
            return name(twice.getOverwritten()) + ": given more than once";
        }
        if (e.getArgSpec() != null && e.getCause() instanceof TypeConversionException wrong) {
            return sources.origin(e.getArgSpec()) + ": " + wrong.getMessage();
        }
        if (e.getArgSpec() == null && e.getCause() == null) {
            return missingCommand(e, sources);
        }
        return String.valueOf(e.getMessage());
    }

    /** A command's own check begins its message with the option; a value from a file has its place instead. */
    private static String withOrigin(String message, CommandLine command, OptionSources sources) {
        int colon = message.indexOf(": ");
        OptionSpec option =
                colon < 0 ? null : command.getCommandSpec().optionsMap().get(message.substring(0, colon));
        return option == null ? message : sources.origin(option) + message.substring(colon);
    }

    private static String missingCommand(ParameterException e, OptionSources sources) {
        CommandLine command = e.getCommandLine();
        String message = String.valueOf(e.getMessage());
        if (message.startsWith("Missing required subcommand")) {
            String commands = String.join(", ", command.getSubcommands().keySet());
            return command.getCommandName() + ": needs a command: " + commands;
        }
        return withOrigin(message, command, sources);
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String given = e.getUnmatched().get(0);
        CommandLine command = e.getCommandLine();
        if (given.startsWith("-") && given.length() > 1) {
            String option = given.replaceFirst("=.*", "");
            return option + ": unknown option" + Suggestion.of(option, options(command));
        }
        Collection<String> commands = command.getSubcommands().keySet();
        return commands.isEmpty() ? given + ": unexpected argument" : unknownCommand(given, commands);
    }

    /** The line for an unknown command. */
    public static String unknownCommand(String given, Collection<String> known) {
        return given + ": unknown command" + Suggestion.of(given, known);
    }

    private static List<String> options(CommandLine command) {
        var names = new ArrayList<String>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            names.addAll(List.of(option.names()));
        }
        return names;
    }

    private static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }
}
