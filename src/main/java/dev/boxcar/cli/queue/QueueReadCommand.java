// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.option.HelpOptions;
import dev.boxcar.cli.option.Version;
import dev.boxcar.cli.relay.shared.QueueAccessOptions;
import dev.boxcar.cli.source.ConfigKeys;
import dev.boxcar.relay.queue.QueueAdministration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The base of the subcommands of {@code queue}: the queue, in a spool or shared, and the messages in it. */
@Command(versionProvider = Version.class)
abstract class QueueReadCommand implements Callable<Integer>, ConfigKeys.Partial {
    private static final String SPOOL = "spool";

    @Option(
            names = "--" + SPOOL,
            paramLabel = "DIR",
            defaultValue = "mailspool",
            description = "the directory of the queue (default: ${DEFAULT-VALUE})")
    Path spool;

    @Mixin
    QueueAccessOptions access;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "the configuration file of the relay, which says where the queue is (default: none)")
    @Nullable
    Path config;

    @Mixin
    HelpOptions helpOptions;

    @Spec
    CommandSpec spec;

    final Map<String, String> environment;

    QueueReadCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Set<String> keysOfFile() {
        var keys = new HashSet<>(QueueAccessOptions.KEYS);
        keys.add(SPOOL);
        return keys;
    }

    /** Opens the queue, which the caller closes. */
    protected final QueueAdministration open() throws IOException {
        if (access.isLocal()) {
            return new SpoolAdministration(spool, environment, this::complain);
        }
        access.check(spec.commandLine());
        return access.administration(spool);
    }

    /** Passes on the messages that the filter chooses; of a relay that runs as they are now. */
    protected static void forEach(QueueAdministration queue, QueueFilter filter, Consumer<QueuedMessage> each)
            throws IOException {
        queue.forEach(mail -> {
            QueuedMessage message = QueuedMessage.of(mail);
            if (filter.matches(message)) {
                each.accept(message);
            }
        });
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
