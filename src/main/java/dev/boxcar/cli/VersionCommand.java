// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.option.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code boxcar version}: prints the version. */
@Command(name = "version", header = "prints the version")
final class VersionCommand implements Runnable {
    @Spec
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    @Override
    public void run() {
        spec.commandLine().getOut().println("boxcar " + Version.number());
        spec.commandLine().getOut().flush();
    }
}
