// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code boxcar spool …}: the parent of the subcommands that read a spool. */
@Command(name = "spool", header = "reads a spool, also one in use", versionProvider = Version.class)
public final class SpoolCommand implements Runnable {
    /** The names of the subcommands, in the order in which help lists them. */
    public static final List<String> SUBCOMMANDS = List.of("ls", "cat", "export", "verify", "dump");

    @Mixin
    HelpOptions helpOptions;

    @Spec
    CommandSpec spec;

    /** Creates the subcommand of this name. */
    public static Callable<Integer> subcommand(String name) {
        return switch (name) {
            case "ls" -> new SpoolLs();
            case "cat" -> new SpoolCat();
            case "export" -> new SpoolExport();
            case "verify" -> new SpoolVerify();
            case "dump" -> new SpoolDump();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "spool: needs a command: " + String.join(", ", SUBCOMMANDS));
    }
}
