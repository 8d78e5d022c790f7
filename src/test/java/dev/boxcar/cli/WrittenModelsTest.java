// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.ingest.IngestCommand;
import dev.boxcar.cli.suite.LabSuite;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The models that the build generates for picocli are equal to what picocli reads from the annotations. */
class WrittenModelsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sink",
                "lab",
                "lab suite",
                "lab record",
                "lab replay",
                "spool",
                "spool ls",
                "spool export",
                "spool verify",
                "spool dump",
                "ingest",
                "readyz",
                "blast",
                "proxy",
                "fetch",
                "rehearse",
                "passwd",
                "version",
                "help"
            })
    void theModelEqualsTheAnnotations(String name) throws Exception {
        CommandLine written = command(name);
        var read = new CommandLine(fresh(written.getCommand()));
        written.getSubcommands().values().forEach(below -> read.addSubcommand(fresh(below.getCommand())));
        CommandSpec parent = Objects.requireNonNull(written.getCommandSpec().parent());
        new CommandLine(CommandSpec.create().name(parent.qualifiedName()))
                .addSubcommand(written.getCommandName(), read);

        assertThat(written.getCommandSpec().args())
                .as("the generated model is used, not the annotations")
                .noneMatch(argument -> argument.userObject() instanceof Field);
        assertThat(describe(written.getCommandSpec())).isEqualTo(describe(read.getCommandSpec()));
        assertThat(written.getUsageMessage()).isEqualTo(read.getUsageMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sink", "lab", "spool ls", "spool verify", "rehearse", "version"})
    void aFieldHasTheDefaultThatPicocliWouldSet(String name) throws Exception {
        Object written = command(name).getCommand();
        Object read = fresh(written);
        new CommandLine(read).parseArgs();

        assertThat(values(written)).isEqualTo(values(read));
    }

    private static CommandLine command(String name) {
        CommandLine found = Main.commands(Map.of());
        for (String each : name.split(" ")) {
            found = Objects.requireNonNull(found.getSubcommands().get(each));
        }
        return found;
    }

    private static Object fresh(Object command) {
        if (command instanceof SinkCommand) {
            return new SinkCommand(Map.of());
        }
        if (command instanceof LabCommand) {
            return new LabCommand(Map.of());
        }
        if (command instanceof LabSuite) {
            return new LabSuite(Map.of());
        }
        if (command instanceof IngestCommand) {
            return new IngestCommand(Map.of(), System.in);
        }
        return command instanceof PasswdCommand ? new PasswdCommand(System.in) : create(command.getClass());
    }

    private static Object create(Class<?> type) {
        IFactory factory = CommandLine.defaultFactory();
        try {
            return factory.create(type);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> describe(CommandSpec spec) {
        var lines = new ArrayList<String>();
        for (ArgSpec argument : spec.args()) {
            lines.add(String.join(
                    " | ",
                    argument instanceof OptionSpec option
                            ? List.of(option.names()) + " " + option.fallbackValue() + option.usageHelp()
                                    + option.versionHelp() + option.negatable() + option.order()
                            : ((CommandLine.Model.PositionalParamSpec) argument)
                                    .index()
                                    .toString(),
                    argument.paramLabel(),
                    argument.arity().toString(),
                    argument.type().getName(),
                    List.of(argument.auxiliaryTypes()).toString(),
                    String.valueOf(argument.splitRegex()),
                    List.of(argument.converters()).stream()
                            .map(converter -> converter.getClass().getName())
                            .toList()
                            .toString(),
                    argument.required() + " " + argument.hidden() + " " + argument.hideParamSyntax()));
        }
        return lines;
    }

    /** The names and values of the option fields. */
    private static List<String> values(Object holder) throws IllegalAccessException {
        var values = new ArrayList<String>();
        for (Field field : holder.getClass().getDeclaredFields()) {
            field.setAccessible(true);
            Object value = field.get(holder);
            if (field.isAnnotationPresent(Mixin.class)) {
                values.addAll(values(Objects.requireNonNull(value)));
            } else if (field.isAnnotationPresent(Option.class)) {
                values.add(field.getName() + "=" + value);
            }
        }
        return values;
    }
}
