// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the completion of a shell offers for a command: its subcommands, its options, and a short text for each. */
final class CompletionWords {
    private CompletionWords() {}

    static Map<String, CommandLine> subcommands(CommandLine command) {
        var shown = new LinkedHashMap<>(command.getSubcommands());
        shown.values()
                .removeIf(
                        subcommand -> subcommand.getCommandSpec().usageMessage().hidden());
        return shown;
    }

    static List<OptionSpec> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
    }

    /** What a command does, in one line. */
    static String text(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String[] header = spec.usageMessage().header();
        return firstSentence(header.length > 0 ? header : spec.usageMessage().description());
    }

    /** What an option does, in one line. */
    static String text(OptionSpec option) {
        return firstSentence(option.description());
    }

    private static String firstSentence(String[] lines) {
        String text = String.join(" ", Arrays.asList(lines))
                .replace("%n", " ")
                .replaceAll("\\$\\{[A-Z-]+}", "")
                .replaceAll(" \\([^)]*\\)", "")
                .strip();
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text : text.substring(0, end);
        return sentence.replaceAll("[\\s:.]+$", "").replaceAll("\\s+", " ");
    }
}
