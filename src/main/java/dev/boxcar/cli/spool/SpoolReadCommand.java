// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The base of the subcommands of {@code spool}: the option that names the spool, and how a problem with one message is
 * reported. If the whole command fails, it throws an {@link IOException}, which becomes one line and status 1.
 */
@Command(versionProvider = Version.class)
abstract class SpoolReadCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int FAILED = 1;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "the spool's directory (default: ${DEFAULT-VALUE})")
    Path spool;

    @Mixin
    HelpOptions helpOptions;

    @Spec
    CommandSpec spec;

    /** Does the command's work and returns the exit status. */
    protected abstract int execute() throws IOException;

    @Override
    public final Integer call() throws IOException {
        int status = execute();
        if (out().checkError() || System.out.checkError()) {
            throw new IOException("cannot write to standard output");
        }
        return status;
    }

    /** Prints the line on standard error and returns {@link #FAILED}. */
    protected final int fail(String line) {
        out().flush();
        PrintWriter err = commandLine().getErr();
        err.println("boxcar: " + line);
        err.flush();
        return FAILED;
    }

    protected final PrintWriter out() {
        return commandLine().getOut();
    }

    protected final CommandLine commandLine() {
        return spec.commandLine();
    }
}
