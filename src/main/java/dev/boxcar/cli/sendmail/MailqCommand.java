// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.cli.option.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code boxcar mailq}: lists the relay's queue. */
@Command(
        name = "mailq",
        header = "lists the relay's queue, like queue ls; also when the launcher is called mailq",
        versionProvider = Version.class,
        exitCodeOnInvalidInput = SendmailException.USAGE)
public final class MailqCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "the directory of the queue (default: ${DEFAULT-VALUE})")
    Path spool;

    @Option(names = "-v", description = "accepted and ignored")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final Map<String, String> environment;

    /** The command, with the variables of this environment. */
    public MailqCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        return new LocalQueue(spool, environment).list(spec.commandLine());
    }
}
