// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.output.ProgressLine;
import dev.boxcar.relay.control.ControlClient;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The base of the subcommands that change messages. A relay that runs is asked to do it; otherwise the command does it
 * in the spool.
 */
abstract class QueueChangeCommand extends QueueReadCommand {
    @Mixin
    QueueFilter filter;

    @Option(names = "--all", description = "every message in the queue")
    boolean all;

    /** So many that progress can be shown, and the relay answers each request at once. */
    private static final int IDS_PER_REQUEST = 1_000;

    private final QueueChange change;
    private final Map<String, String> environment;

    QueueChangeCommand(QueueChange change, Map<String, String> environment) {
        this.change = change;
        this.environment = environment;
    }

    /** {@code queue hold}. */
    @Command(name = "hold", header = "holds messages: they are not attempted until they are released")
    static final class Hold extends QueueChangeCommand {
        Hold(Map<String, String> environment) {
            super(QueueChange.HOLD, environment);
        }
    }

    /** {@code queue release}. */
    @Command(name = "release", header = "releases messages that are held: they are attempted now")
    static final class Release extends QueueChangeCommand {
        Release(Map<String, String> environment) {
            super(QueueChange.RELEASE, environment);
        }
    }

    /** {@code queue retry}. */
    @Command(name = "retry", header = "attempts messages now, by the routes as they are configured now")
    static final class Retry extends QueueChangeCommand {
        Retry(Map<String, String> environment) {
            super(QueueChange.RETRY, environment);
        }
    }

    /** {@code queue bounce}. */
    @Command(name = "bounce", header = "returns messages to their senders now")
    static final class Bounce extends QueueChangeCommand {
        Bounce(Map<String, String> environment) {
            super(QueueChange.BOUNCE, environment);
        }
    }

    /** {@code queue rm}. */
    @Command(name = "rm", header = "removes messages from the queue, without a report")
    static final class Rm extends QueueChangeCommand {
        Rm(Map<String, String> environment) {
            super(QueueChange.RM, environment);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!filter.isGiven() && !all) {
            throw new ParameterException(
                    spec.commandLine(), "queue " + change.text() + ": needs ids, a filter such as --domain, or --all");
        }
        List<Ulid> chosen = messages(filter).stream().map(QueuedMessage::id).toList();
        var unknown = new ArrayList<>(filter.ids);
        unknown.removeAll(chosen);
        unknown.addAll(changeAll(chosen));
        unknown.forEach(id -> complain(id + ": no such message in the queue"));
        out().println(change.text() + ": " + chosen.size() + (chosen.size() == 1 ? " message" : " messages"));
        out().flush();
        return unknown.isEmpty() ? 0 : 1;
    }

    /** Returns the ids of messages that were settled in the meantime. */
    private List<Ulid> changeAll(List<Ulid> ids) throws IOException {
        if (ids.isEmpty()) {
            return List.of();
        }
        var unknown = new ArrayList<Ulid>();
        try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
            for (int from = 0; from < ids.size(); from += IDS_PER_REQUEST) {
                List<Ulid> some = ids.subList(from, Math.min(ids.size(), from + IDS_PER_REQUEST));
                ControlClient running = RunningRelay.connect(spool, environment);
                if (running == null) {
                    unknown.addAll(changeInSpool(ids.subList(from, ids.size()), progress));
                    return unknown;
                }
                try (running) {
                    unknown.addAll(running.change(change, some));
                }
                progress.updateCount(from + some.size(), ids.size());
            }
        }
        return unknown;
    }

    private List<Ulid> changeInSpool(List<Ulid> ids, ProgressLine progress) throws IOException {
        int done = 0;
        var unknown = new ArrayList<Ulid>();
        try (SegmentSpool opened = SegmentSpool.open(spool, SpoolRelayQueue.SPOOL_OPTIONS, cause -> {})) {
            var queue = new SpoolRelayQueue(opened, Integer.MAX_VALUE);
            for (Ulid id : ids) {
                QueuedMail mail = queue.read(id);
                if (mail == null) {
                    unknown.add(id);
                } else {
                    change(queue, id, mail);
                }
                progress.updateCount(++done, ids.size());
            }
        } // closing the spool forces everything
        return unknown;
    }

    private void change(SpoolRelayQueue queue, Ulid id, QueuedMail mail) {
        DeliveryState state = queue.state(id);
        DeliveryState after = change.apply(
                state == null ? DeliveryState.untried(mail.envelope().recipientCount(), mail.received()) : state,
                Instant.now());
        if (after == null) {
            queue.settle(id, "removed by an operator", Runnable::run, outcome -> {});
        } else {
            queue.record(id, after, Runnable::run, outcome -> {});
        }
    }
}
