// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The completion for zsh: a function per command. Picocli's own script for it needs zsh's imitation of bash. */
final class ZshCompletion {
    private final StringBuilder script = new StringBuilder("#compdef boxcar\n# Completion of boxcar for zsh.\n");

    ZshCompletion(CommandLine boxcar) {
        function("_boxcar", boxcar);
        script.append("\n_boxcar \"$@\"\n");
    }

    String text() {
        return script.toString();
    }

    private void function(String name, CommandLine command) {
        Map<String, CommandLine> subcommands = CompletionWords.subcommands(command);
        subcommands.forEach((word, subcommand) -> function(name + "_" + word, subcommand));
        // No guard against a second definition: zsh has defined the first function already, as the stub that loads
        // this.
        script.append('\n').append(name).append("() {\n");
        script.append("    local context state line\n    _arguments -C");
        for (OptionSpec option : CompletionWords.options(command)) {
            for (String word : option.names()) {
                script.append(" \\\n        ").append(quoted(argument(word, option)));
            }
        }
        if (subcommands.isEmpty()) {
            script.append(" \\\n        '*:argument:_files'\n}\n");
        } else {
            script.append(" \\\n        '1:command:->command' '*::argument:->argument'\n");
            appendSubcommands(name, subcommands);
        }
    }

    private void appendSubcommands(String name, Map<String, CommandLine> subcommands) {
        script.append("    case $state in\n        command)\n            local -a commands=(\n");
        subcommands.forEach((word, subcommand) -> script.append("                ")
                .append(quoted(word + ":" + CompletionWords.text(subcommand).replace(":", "\\:")))
                .append('\n'));
        script.append("            )\n            _describe command commands ;;\n        argument)\n")
                .append("            (( $+functions[")
                .append(name)
                .append("_$line[1]] )) && ")
                .append(name)
                .append("_$line[1] ;;\n    esac\n}\n");
    }

    private static String argument(String word, OptionSpec option) {
        String text = CompletionWords.text(option)
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
        String value =
                option.arity().max() == 0 ? "" : ":" + option.paramLabel().replace(":", "\\:") + ":_files";
        String equals = value.isEmpty() || !word.startsWith("--") ? "" : "=";
        return word + equals + "[" + text + "]" + value;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
