// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
                QueuedMessage message = reader.isLeftOut(id) ? null : message(reader, id);
                if (message != null && filter.matches(message)) {
                    chosen.add(message);
                }
            }
        }
        return chosen;
    }

    /** The message; null if it is settled, or damaged, which is said. */
    private @Nullable QueuedMessage message(SpoolReader reader, Ulid id) throws IOException {
        try {
            SpoolRecord record = reader.find(id);
            return record == null ? null : QueuedMessage.of(record, reader.states(id));
        } catch (SpoolException | RuntimeException e) {
            complain("message " + id + " is damaged: " + e.getMessage());
            return null;
        }
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
