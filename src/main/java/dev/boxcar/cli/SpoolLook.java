// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.spool.SpoolException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What the sub-commands of {@code spool} share: which spool, and that a failure is one line on standard error and exit status 1. (Wrong options are
 * picocli's to refuse, with status 2.)
 */
@Command(mixinStandardHelpOptions = true)
abstract class SpoolLook implements Callable<Integer> {
    static final int OK = 0;
    static final int FAILED = 1;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "The spool's directory (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli's
    protected Path spool;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's
    private CommandSpec spec;

    /** Does it, and says how it went. */
    protected abstract int look() throws IOException;

    @Override
    public final Integer call() {
        try {
            int status = look();
            out().flush();
            return status;
        } catch (SpoolException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failed("spool " + spec.name() + ": " + e.getMessage() + " ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    protected final int failed(String line) {
        out().flush();
        PrintWriter err = commandLine().getErr();
        err.println(line);
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
