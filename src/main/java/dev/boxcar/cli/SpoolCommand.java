// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code boxcar spool …}: looks into a spool, also one in use. Changes nothing there. */
@Command(
        name = "spool",
        description = "Looks into a spool, also one in use.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        subcommands = {SpoolLs.class, SpoolCat.class, SpoolExport.class, SpoolVerify.class, SpoolDump.class})
public final class SpoolCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "spool: say what to do: ls, cat, export, verify or dump");
    }
}
