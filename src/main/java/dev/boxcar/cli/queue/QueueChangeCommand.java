// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.cli.output.ProgressLine;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The base of the subcommands that change messages. */
abstract class QueueChangeCommand extends QueueReadCommand {
    @Mixin
    QueueFilter filter;

    @Option(names = "--all", description = "every message in the queue")
    boolean all;

    @Option(names = "--json", description = "as a JSON object: how many were changed, and the ids that are not queued")
    boolean json;

    /** Few enough to show progress, and enough that a spool without a relay is seldom opened. */
    private static final int IDS_TOGETHER = 10_000;

    private final QueueChange change;

    QueueChangeCommand(QueueChange change, Map<String, String> environment) {
        super(environment);
        this.change = change;
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
    @Command(
            name = "retry",
            header = "attempts messages now, by the routes as they are configured now; held messages stay held")
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
        var chosen = new ArrayList<Ulid>();
        var unknown = new LinkedHashSet<>(filter.ids);
        int changed;
        try (QueueAdministration queue = open()) {
            forEach(queue, filter, message -> chosen.add(message.id()));
            List<Ulid> settled = changeAll(queue, chosen);
            changed = chosen.size() - settled.size();
            unknown.removeAll(new HashSet<>(chosen));
            settled.stream().filter(new HashSet<>(filter.ids)::contains).forEach(unknown::add);
        }
        String what =
                filter.hasConditions() ? ": no such message in the queue matches" : ": no such message in the queue";
        unknown.forEach(id -> complain(id + what));
        if (json) {
            printJson(changed, unknown);
        } else {
            out().println(change.text() + ": " + changed + (changed == 1 ? " message" : " messages"));
        }
        out().flush();
        return unknown.isEmpty() ? 0 : 1;
    }

    private void printJson(int messages, Collection<Ulid> unknown) throws IOException {
        try (JsonGenerator object = JsonOutput.to(out())) {
            object.writeStartObject();
            object.writeStringField("change", change.text());
            object.writeNumberField("messages", messages);
            object.writeArrayFieldStart("unknown");
            for (Ulid id : unknown) {
                object.writeString(id.toString());
            }
            object.writeEndArray();
            object.writeEndObject();
        }
        out().println();
    }

    /** Returns the ids of messages that were settled in the meantime. */
    private List<Ulid> changeAll(QueueAdministration queue, List<Ulid> ids) throws IOException {
        var unknown = new ArrayList<Ulid>();
        try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
            for (int from = 0; from < ids.size(); from += IDS_TOGETHER) {
                List<Ulid> some = ids.subList(from, Math.min(ids.size(), from + IDS_TOGETHER));
                unknown.addAll(queue.change(change, some));
                progress.updateCount(from + some.size(), ids.size());
            }
        }
        return unknown;
    }
}
