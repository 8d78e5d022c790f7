// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The completion for fish, which picocli does not write. */
final class FishCompletion {
    private final StringBuilder script = new StringBuilder("# Completion of boxcar for fish.\ncomplete -c boxcar -f\n");

    FishCompletion(CommandLine boxcar) {
        words(boxcar, List.of());
    }

    String text() {
        return script.toString();
    }

    private void words(CommandLine command, List<String> path) {
        Map<String, CommandLine> subcommands = CompletionWords.subcommands(command);
        String here = condition(path, subcommands);
        subcommands.forEach((name, subcommand) -> script.append("complete -c boxcar -n %s -a %s -d %s%n"
                .formatted(quoted(here), name, quoted(CompletionWords.text(subcommand)))));
        for (OptionSpec option : CompletionWords.options(command)) {
            script.append("complete -c boxcar -n ").append(quoted(here));
            for (String name : option.names()) {
                script.append(name.startsWith("--") ? " -l " : name.length() == 2 ? " -s " : " -o ")
                        .append(name.replaceFirst("^--?", ""));
            }
            script.append(option.arity().max() > 0 ? " -r -F" : "")
                    .append(" -d ")
                    .append(quoted(CompletionWords.text(option)))
                    .append('\n');
        }
        subcommands.forEach((name, subcommand) ->
                words(subcommand, Stream.concat(path.stream(), Stream.of(name)).toList()));
    }

    /** True in the command line of this command, before one of its subcommands. */
    private static String condition(List<String> path, Map<String, CommandLine> subcommands) {
        if (path.isEmpty()) {
            return "__fish_use_subcommand";
        }
        var condition = new StringBuilder();
        for (String name : path) {
            condition
                    .append(condition.isEmpty() ? "" : "; and ")
                    .append("__fish_seen_subcommand_from ")
                    .append(name);
        }
        if (!subcommands.isEmpty()) {
            condition.append("; and not __fish_seen_subcommand_from ").append(String.join(" ", subcommands.keySet()));
        }
        return condition.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
