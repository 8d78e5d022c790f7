// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where an option's value comes from when the command line does not give it: the environment's {@code BOXCAR_FLAG},
 * Mailpit's variable of the same meaning, the file that {@code --config} names, and last the default in the option's
 * annotation. It holds for the options of every command, so a command declares an option once and has all layers.
 *
 * <p>Remembers the origin of each value, so that a wrong one is reported where the user wrote it. An empty variable
 * counts as absent.
 */
final class Layers implements IDefaultValueProvider {
    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final Map<ArgSpec, String> origins = new HashMap<>();
    private @Nullable ConfigFile file;

    /** Whether any of Mailpit's variables is set: mostly none is, and reading their table is a part of a start. */
    private final boolean mailpit;

    Layers(Map<String, String> environment) {
        this.environment = environment;
        this.mailpit = environment.keySet().stream().anyMatch(name -> name.startsWith("MP_"));
    }

    /** Asked by picocli for each option that the command line does not give. */
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

    /** How to name the place where the user gave this option its value. */
    String origin(ArgSpec arg) {
        String otherwise = arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
        return origins.getOrDefault(arg, otherwise);
    }

    private ConfigFile.@Nullable Entry fromEnvironment(OptionSpec option) {
        String name = "BOXCAR_" + key(option).toUpperCase(Locale.ROOT).replace('-', '_');
        String value = environment.get(name);
        if (value != null && !value.isEmpty()) {
            return new ConfigFile.Entry(value, name);
        }
        return !mailpit ? null : MailpitVariables.entry(option.longestName(), environment);
    }

    private ConfigFile.@Nullable Entry fromFile(OptionSpec option) {
        CommandSpec command = option.command();
        OptionSpec config = command.optionsMap().get(CONFIG); // findOption looks through all names
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
                .map(Layers::key)
                .toList();
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            String reason = Files.exists(path) ? "not a readable file" : "no such file";
            throw new ParameterException(
                    command.commandLine(), origin(config) + ": " + path + ": " + reason, null, config, null);
        }
        try {
            return ConfigFile.read(path, known);
        } catch (ConfigFile.Unusable e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
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
