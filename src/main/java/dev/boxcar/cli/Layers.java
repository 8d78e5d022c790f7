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
 * Where an option's value comes from when the command line does not give it: the environment's {@code BOXCAR_FLAG}, Mailpit's variable
 * of the same meaning, the file that {@code --config} names, and last the default in the option's annotation. It holds for the
 * options of every command, so a command declares an option once and has all layers.
 *
 * <p>Remembers the origin of each value, so that a wrong one is reported where the user wrote it. An empty variable counts as absent.
 */
final class Layers implements IDefaultValueProvider {
    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final Map<ArgSpec, String> origins = new HashMap<>();
    private @Nullable ConfigFile file;

    Layers(Map<String, String> environment) {
        this.environment = environment;
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
        return fromMailpit(option);
    }

    /** Mailpit's variables that mean the same as an option of ours. */
    private ConfigFile.@Nullable Entry fromMailpit(OptionSpec option) {
        String name = switch (option.longestName()) {
            case "--smtp" -> "MP_SMTP_BIND_ADDR";
            case "--max-message-size" -> "MP_MAX_MESSAGE_SIZE";
            case "--max-recipients" -> "MP_SMTP_MAX_RECIPIENTS";
            case "--auth-file" -> "MP_SMTP_AUTH_FILE";
            case "--auth-accept-any" -> "MP_SMTP_AUTH_ACCEPT_ANY";
            case "--auth-allow-insecure" -> "MP_SMTP_AUTH_ALLOW_INSECURE";
            case "--auth-required" -> mailpitUsers();
            case "--tls-cert" -> "MP_SMTP_TLS_CERT";
            case "--tls-key" -> "MP_SMTP_TLS_KEY";
            default -> "";
        };
        String value = environment.get(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (name.startsWith("MP_SMTP_AUTH")) {
            return new ConfigFile.Entry(mailpitAuth(option, value), name);
        }
        boolean megabytes = name.equals("MP_MAX_MESSAGE_SIZE") && value.matches("[0-9]+");
        return new ConfigFile.Entry(megabytes ? value + "MiB" : value, name);
    }

    /** Where Mailpit is given users, nobody else may send mail. */
    private String mailpitUsers() {
        return environment.getOrDefault(AuthOptions.USERS_VARIABLE, "").isEmpty()
                ? "MP_SMTP_AUTH_FILE"
                : AuthOptions.USERS_VARIABLE;
    }

    /** Mailpit takes 1, true and yes for true, and everything else for false. */
    private static String mailpitAuth(OptionSpec option, String value) {
        return switch (option.longestName()) {
            case "--auth-file" -> value;
            case "--auth-required" -> "true";
            default -> String.valueOf(List.of("1", "true", "yes").contains(value.toLowerCase(Locale.ROOT)));
        };
    }

    private ConfigFile.@Nullable Entry fromFile(OptionSpec option) {
        CommandSpec command = option.command();
        OptionSpec config = command.findOption(CONFIG);
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
        return option.longestName().replaceFirst("^--?", "");
    }
}
