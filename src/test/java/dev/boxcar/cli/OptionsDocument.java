// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.source.MailpitVariables;
import dev.boxcar.cli.source.UnsupportedVariables;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The text of {@code docs/options.md}, made from the help texts of the commands. */
final class OptionsDocument {
    private static final Pattern DEFAULT = Pattern.compile("\\s*\\(default: (.*)\\)$");
    private static final List<String> WITHOUT_OPTIONS = List.of("help", "version");

    private static final String INTRODUCTION = """
            # Options

            This page is generated from the commands' help texts: do not edit it. `boxcar help COMMAND` prints the same.

            ## Where values come from

            An option's value is taken from the first of these that has one:

            1. the command line: `--max-recipients 100`;
            2. the environment: `BOXCAR_MAX_RECIPIENTS=100`, for every option of every command;
            3. Mailpit's environment variables, for the options listed [below](#mailpits-variables);
            4. the file of `--config`: `max-recipients = 100` (see [conf/sink.conf](../conf/sink.conf));
            5. the default.

            An empty variable counts as not set. An invalid value is reported in one line that says where it is.

            ## Units

            | | examples | without a unit |
            | --- | --- | --- |
            | duration | `500ms`, `30s`, `5m`, `1.5h`, `7d`, `2w` | seconds |
            | size | `10kB` or `10KB` (10,000 bytes), `10K` or `10KiB` (10,240), `50MB`, `50MiB`, `1.5G` | bytes |

            """;

    private static final String MORE_VARIABLES = """
            ## Other variables

            | variable | |
            | --- | --- |
            | `BOXCAR_PASSWORD` | the password for `boxcar send --auth` |
            | `BOXCAR_JAVA` | the `java` that the launcher `boxcar` runs |
            | `JAVA_HOME` | the Java that the launcher runs if `BOXCAR_JAVA` is not set |
            | `BOXCAR_JAVA_OPTS` | options for the JVM, such as `-Xmx1g` |
            | `BOXCAR_NO_ARCHIVE` | if set, the launcher neither uses nor creates an archive of loaded classes |
            | `XDG_CACHE_HOME` | where the launcher keeps that archive (default: `~/.cache`) |
            | `XDG_STATE_HOME` | where `--tls self-signed` keeps its certificate (default: `~/.local/state`) |

            """;

    private final StringBuilder text = new StringBuilder(INTRODUCTION);

    String text() {
        CommandLine root = Main.commands(Map.of());
        addCommands(root, "boxcar");
        addMailpitVariables();
        text.append(MORE_VARIABLES).append("## Exit status\n\n```text\n");
        List<String> footer = List.of(root.getCommandSpec().usageMessage().footer());
        List<String> statuses =
                footer.stream().filter(line -> line.startsWith("  ")).toList();
        statuses.forEach(line -> text.append(line.substring(2)).append('\n'));
        return text.append("```\n").toString();
    }

    private void addCommands(CommandLine parent, String prefix) {
        for (CommandLine command : parent.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            String name = prefix + " " + spec.name();
            if (spec.usageMessage().hidden() || WITHOUT_OPTIONS.contains(spec.name())) {
                continue;
            }
            addCommand(spec, name);
            addCommands(command, name);
        }
    }

    private void addCommand(CommandSpec spec, String name) {
        text.append("## ").append(name).append("\n\n`").append(name).append("` ");
        text.append(String.join(" ", spec.usageMessage().header())).append(".\n\n");
        List<ArgSpec> arguments = spec.args().stream()
                .filter(argument -> !(argument instanceof OptionSpec option && isHelp(option)))
                .sorted(Comparator.comparing(OptionSpec.class::isInstance)) // arguments without a name come first
                .toList();
        if (!arguments.isEmpty()) {
            text.append("| option | default | |\n| --- | --- | --- |\n");
            arguments.forEach(this::addRow);
            text.append('\n');
        }
        String[] footer = spec.usageMessage().footer();
        if (footer.length > 0) {
            text.append("```text\n");
            for (String line : footer) {
                text.append(line.replace("%%", "%").replace("%n", "")).append('\n');
            }
            text.append("```\n\n");
        }
    }

    private static boolean isHelp(OptionSpec option) {
        return option.usageHelp() || option.versionHelp();
    }

    private void addRow(ArgSpec argument) {
        String description = String.join(" ", argument.description()).replace("%%", "%");
        String defaultValue = argument.defaultValue() == null ? "" : argument.defaultValue();
        description = description.replace("${DEFAULT-VALUE}", defaultValue);
        description = description.replace(
                "${COMPLETION-CANDIDATES}",
                argument.completionCandidates() == null ? "" : candidates(argument.completionCandidates()));
        Matcher shown = DEFAULT.matcher(description);
        if (shown.find()) {
            defaultValue = shown.group(1);
            description = description.substring(0, shown.start());
        }
        text.append("| `").append(cell(label(argument))).append("` | ");
        text.append(cell(defaultValue)).append(" | ").append(cell(description)).append(" |\n");
    }

    private static String candidates(Iterable<String> values) {
        return String.join(", ", values);
    }

    private static String label(ArgSpec argument) {
        if (argument instanceof PositionalParamSpec) {
            return argument.paramLabel();
        }
        var option = (OptionSpec) argument;
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return option.longestName()
                + (option.arity().min() == 0 && !value.isEmpty() ? "[=" + option.paramLabel() + "]" : value);
    }

    private static String cell(String value) {
        return value.replace("|", "\\|");
    }

    private void addMailpitVariables() {
        text.append("## Mailpit's variables\n\n");
        text.append("These variables of Mailpit set the option with the same meaning:\n\n");
        text.append("| option | variables |\n| --- | --- |\n");
        MailpitVariables.namesByOption()
                .forEach((option, names) -> text.append("| `")
                        .append(option)
                        .append("` | ")
                        .append(names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")))
                        .append(" |\n"));
        text.append("\n`").append(MailpitVariables.SMTP_USERS);
        text.append("` lists users as `user:password` pairs, separated by spaces. ");
        text.append("The size in `MP_MAX_MESSAGE_SIZE` is in MiB.\n\n");
        text.append("These variables ask for something that Boxcar does not do in this way. ");
        text.append("Boxcar logs a warning at start for each one that\nis set. ");
        text.append("A name that ends in `_` stands for all names that start with it. ");
        text.append("Any other variable\nthat begins with `MP_` is named in the log, too, without a reason.\n\n");
        text.append("| variable | |\n| --- | --- |\n");
        UnsupportedVariables.reasons()
                .forEach((name, reason) -> text.append("| `")
                        .append(name)
                        .append("` | ")
                        .append(reason)
                        .append(" |\n"));
        text.append('\n');
    }
}
