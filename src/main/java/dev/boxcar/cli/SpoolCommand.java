// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code boxcar spool …}: looks into a spool, also one in use. Changes nothing there. */
@Command(name = "spool", header = "looks into a spool, also one in use", versionProvider = VersionCommand.class)
public final class SpoolCommand implements Runnable {
    /** The commands below this one, in the order in which help lists them. */
    static final List<String> LOOKS = List.of("ls", "cat", "export", "verify", "dump");

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's
    HelpAndVersion helpAndVersion;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    CommandSpec spec;

    /** The one of that name. */
    static SpoolLook look(String name) {
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
        throw new ParameterException(spec.commandLine(), "spool: say what to do: ls, cat, export, verify or dump");
    }
}
