// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code boxcar queue …}: the parent of the subcommands about the relay's queue. */
@Command(
        name = "queue",
        header = "looks into the relay's queue and changes it, while the relay runs or not",
        versionProvider = Version.class)
public final class QueueCommand implements Runnable {
    /** The names of the subcommands, in the order in which help lists them. */
    public static final List<String> SUBCOMMANDS =
            List.of("ls", "show", "hold", "release", "retry", "bounce", "rm", "stats");

    @Mixin
    HelpOptions helpOptions;

    @Spec
    CommandSpec spec;

    private final Map<String, String> environment;

    /** The command, with the variables of this environment. */
    public QueueCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Creates the subcommand of this name. */
    public Callable<Integer> subcommand(String name) {
        return switch (name) {
            case "ls" -> new QueueLs(environment);
            case "show" -> new QueueShow(environment);
            case "stats" -> new QueueStats(environment);
            case "hold" -> new QueueChangeCommand.Hold(environment);
            case "release" -> new QueueChangeCommand.Release(environment);
            case "retry" -> new QueueChangeCommand.Retry(environment);
            case "bounce" -> new QueueChangeCommand.Bounce(environment);
            case "rm" -> new QueueChangeCommand.Rm(environment);
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "queue: needs a command: " + String.join(", ", SUBCOMMANDS));
    }
}
