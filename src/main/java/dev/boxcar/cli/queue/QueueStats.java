// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.cli.queue.QueuedMessage.Waiting;
import dev.boxcar.relay.queue.QueueAdministration;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code queue stats}: prints how much is queued. */
@Command(name = "stats", header = "prints how many messages wait in each state, their bytes, and the age of the oldest")
final class QueueStats extends QueueReadCommand {
    @Mixin
    QueueFilter filter;

    @Option(names = "--json", description = "as a JSON object")
    boolean json;

    private final Map<Waiting, Integer> counts = new EnumMap<>(Waiting.class);
    private int messages;
    private long bytes;
    private @Nullable Instant first;

    QueueStats(Map<String, String> environment) {
        super(environment);
    }

    @Override
    public Integer call() throws IOException {
        for (Waiting state : Waiting.values()) {
            counts.put(state, 0);
        }
        try (QueueAdministration queue = open()) {
            forEach(queue, filter, this::count);
        }
        long oldest = first == null
                ? 0
                : Math.max(0, Duration.between(first, Instant.now()).toSeconds());
        if (json) {
            printJson(messages, counts, bytes, oldest);
        } else {
            out().println("messages  " + messages);
            counts.forEach((state, count) -> out().printf("%-9s %d%n", state.text(), count));
            out().println("bytes     " + bytes);
            out().println("oldest    " + oldest + " s");
        }
        out().flush();
        return 0;
    }

    private void count(QueuedMessage message) {
        messages++;
        counts.merge(message.waiting(), 1, Integer::sum);
        bytes += message.bytes();
        if (first == null || message.received().isBefore(first)) {
            first = message.received();
        }
    }

    private void printJson(int messages, Map<Waiting, Integer> counts, long bytes, long oldest) throws IOException {
        try (JsonGenerator object = JsonOutput.to(out())) {
            object.writeStartObject();
            object.writeNumberField("messages", messages);
            for (var each : counts.entrySet()) {
                object.writeNumberField(each.getKey().text(), each.getValue());
            }
            object.writeNumberField("bytes", bytes);
            object.writeNumberField("oldestSeconds", oldest);
            object.writeEndObject();
        }
        out().println();
    }
}
