// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Finds the value of an option that is not on the command line: first the variable {@code BOXCAR_OPTION}, then
 * Mailpit's variable with the same meaning, then the file of {@code --config}, and last the default in the option's
 * annotation. This works for the options of every command. An empty variable counts as not set.
 *
 * <p>Remembers where each value came from, so that an error message names the place where the user wrote it.
 */
public final class OptionSources implements IDefaultValueProvider {
    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final Map<ArgSpec, String> origins = new HashMap<>();
    private @Nullable ConfigFile file;

    /** Whether any of Mailpit's variables is set. If not, their table is not loaded, which makes the start faster. */
    private final boolean hasMailpitVariables;

    /** Reads the variables of this environment. */
    public OptionSources(Map<String, String> environment) {
        this.environment = environment;
        this.hasMailpitVariables = environment.keySet().stream().anyMatch(name -> name.startsWith("MP_"));
    }

    /** Called by picocli for each option that is not on the command line. */
    @Override
    public @Nullable String defaultValue(ArgSpec arg) {
        if (!(arg instanceof OptionSpec option) || isHelp(option)) {
            return null;
        }
        ConfigFile.Entry entry = fromEnvironment(option);
        if (entry == null) {
            entry = fromFile(option);
        }
        if (entry == null) {
            return null;
        }
        origins.put(option, entry.origin());
        return entry.value();
    }

    /** The name of the place where the user gave this option its value: the option, a variable, or a line of a file. */
    String origin(ArgSpec arg) {
        String name = arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
        return origins.getOrDefault(arg, name);
    }

    private ConfigFile.@Nullable Entry fromEnvironment(OptionSpec option) {
        String name = "BOXCAR_" + key(option).toUpperCase(Locale.ROOT).replace('-', '_');
        String value = environment.get(name);
        if (value != null && !value.isEmpty()) {
            return new ConfigFile.Entry(value, name);
        }
        return !hasMailpitVariables ? null : MailpitVariables.entry(option.longestName(), environment);
    }

    private ConfigFile.@Nullable Entry fromFile(OptionSpec option) {
        CommandSpec command = option.command();
        OptionSpec config = command.optionsMap().get(CONFIG); // findOption would search all names
        if (config == null || isConfig(option)) {
            return null;
        }
        if (file == null) {
            Path path = path(config);
            if (path == null) {
                return null;
            }
            file = read(path, config, command);
        }
        return file.entry(key(option));
    }

    private @Nullable Path path(OptionSpec config) {
        if (config.getValue() instanceof Path given) {
            return given;
        }
        String value = defaultValue(config);
        if (value == null) {
            value = config.defaultValue();
        }
        return value == null ? null : Path.of(value);
    }

    private ConfigFile read(Path path, OptionSpec config, CommandSpec command) {
        List<String> known = command.options().stream()
                .filter(option -> !isHelp(option) && !isConfig(option))
                .map(OptionSources::key)
                .toList();
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            String reason = Files.exists(path) ? "not a readable file" : "no such file";
            throw new ParameterException(
                    command.commandLine(), origin(config) + ": " + path + ": " + reason, null, config, null);
        }
        try {
            if (command.userObject() instanceof ConfigKeys.Partial some) {
                return ConfigFile.readSome(path, some.keysOfFile());
            }
            return ConfigFile.read(path, new ConfigKeys(known, lists(command), structured(command)));
        } catch (InvalidConfigException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Set<String> lists(CommandSpec command) {
        return command.options().stream()
                .filter(option -> ",".equals(option.splitRegex()))
                .map(OptionSources::key)
                .collect(Collectors.toSet());
    }

    private static Set<String> structured(CommandSpec command) {
        return command.userObject() instanceof ConfigKeys.Structured known ? known.structuredKeys() : Set.of();
    }

    private static boolean isHelp(OptionSpec option) {
        return option.usageHelp() || option.versionHelp();
    }

    private static boolean isConfig(OptionSpec option) {
        return option.longestName().equals(CONFIG);
    }

    private static String key(OptionSpec option) {
        String name = option.longestName();
        return name.substring(name.startsWith("--") ? 2 : name.startsWith("-") ? 1 : 0);
    }
}
