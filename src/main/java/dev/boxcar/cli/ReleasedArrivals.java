// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.option.AutoReleaseOptions;
import dev.boxcar.cli.option.SinkOptions;
import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.sink.Inbox;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.Spool;
import dev.boxcar.web.WebInterface;
import dev.boxcar.web.outbound.AutoRelease;
import dev.boxcar.web.outbound.MessageRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Passes on the messages that arrive, as the options of a sink say. Used once, on the main thread. */
final class ReleasedArrivals {
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "::1");

    private final SinkOptions options;
    private final Map<String, String> environment;
    private final List<Target> targets = new ArrayList<>();

    /** Where messages go: the option that names the server, the server, and the rule that chooses the recipients. */
    private record Target(
            String option, MessageRelease server, AutoRelease release, UnaryOperator<List<Mailbox>> rule) {}

    ReleasedArrivals(SinkOptions options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    /** Opens the queues of messages to pass on. */
    void open(Spool spool, Shutdown shutdown) throws IOException {
        AutoReleaseOptions wanted = options.autoRelease();
        String hostname = options.hostname(environment);
        MessageRelease release = wanted.releasesArrivals() ? options.api().release(hostname) : null;
        open("--release-to", "release", release, wanted.releaseRule(), spool, shutdown);
        open("--forward-server", "forward", wanted.forward(hostname), wanted.forwardRule(), spool, shutdown);
    }

    private void open(
            String option,
            String name,
            @Nullable MessageRelease server,
            UnaryOperator<List<Mailbox>> rule,
            Spool spool,
            Shutdown shutdown) {
        if (server != null) {
            var release = new AutoRelease(name, server, spool::find);
            shutdown.closesAfterSessions(release);
            targets.add(new Target(option, server, release, rule));
        }
    }

    /** Passes on every message that arrives from now on. */
    void follow(Inbox inbox) {
        targets.forEach(target -> WebInterface.releaseArrivals(inbox, target.release(), target.rule()));
    }

    /** Checks that no message is passed on to one of these addresses of this sink: it would go round for ever. */
    void checkNoLoop(List<String> listening) throws IOException {
        for (Target target : targets) {
            MessageRelease server = target.server();
            if (THIS_MACHINE.contains(server.host())
                    && listening.stream().anyMatch(address -> address.endsWith(":" + server.port()))) {
                throw new IOException(
                        target.option() + ": " + server.server() + " is this sink itself, messages would go round");
            }
        }
    }
}
