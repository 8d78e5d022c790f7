// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/**
 * What the sub-commands of {@code spool} share: which spool, and how they tell of what is wrong with one message. A
 * failure of the whole is an {@link IOException}, of which {@link Main} makes one line and status 1.
 */
@Command(versionProvider = VersionCommand.class)
abstract class SpoolLook implements Callable<Integer> {
    static final int OK = 0;
    static final int FAILED = 1;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "the spool's directory (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli's
    Path spool;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's
    HelpAndVersion helpAndVersion;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    CommandSpec spec;

    /** Does it; the result is the exit status. */
    protected abstract int look() throws IOException;

    @Override
    public final Integer call() throws IOException {
        int status = look();
        if (out().checkError() || System.out.checkError()) {
            throw new IOException("standard output cannot be written to");
        }
        return status;
    }

    protected final int failed(String line) {
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
