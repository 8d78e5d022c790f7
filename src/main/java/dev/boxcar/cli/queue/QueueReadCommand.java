// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The base of the subcommands of {@code queue}: the spool, and the messages in it. */
@Command(versionProvider = Version.class)
abstract class QueueReadCommand implements Callable<Integer> {
    @Option(
            names = "--spool",
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "the directory of the queue (default: ${DEFAULT-VALUE})")
    Path spool;

    @Mixin
    HelpOptions helpOptions;

    @Spec
    CommandSpec spec;

    /** The messages that the filter chooses, in the order of acceptance; of a relay that runs as it is now. */
    protected final List<QueuedMessage> messages(QueueFilter filter) throws IOException {
        var chosen = new ArrayList<QueuedMessage>();
        try (var reader = SpoolReader.open(spool)) {
            for (Ulid id : reader.ids()) {
                SpoolRecord record = reader.find(id);
                if (record == null) {
                    continue;
                }
                QueuedMessage message = QueuedMessage.of(record, reader.states(id));
                if (filter.matches(message)) {
                    chosen.add(message);
                }
            }
        }
        return chosen;
    }

    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Prints one line on standard error. */
    protected final void complain(String line) {
        out().flush();
        PrintWriter err = spec.commandLine().getErr();
        err.println("boxcar: " + line);
        err.flush();
    }
}
