// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool ls}: prints one line per message, in the order in which they were stored. */
@Command(
        name = "ls",
        header = "lists messages (all, or those that match the options): id, time, bytes, sender, recipients")
final class SpoolLs extends SpoolReadCommand {
    @Option(names = "--json", description = "one JSON object per line")
    boolean json;

    @Mixin
    MessageFilter filter;

    @Override
    protected int execute() throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            return list(reader);
        }
    }

    private int list(SpoolReader reader) throws IOException {
        int status = OK;
        for (Ulid id : reader.ids()) {
            try {
                list(reader, id);
            } catch (SpoolException damaged) {
                status = fail(id + ": " + damaged.getMessage());
            } catch (NoSuchFileException missing) {
                status = fail(id + ": " + missing.getFile() + " is missing, or was just deleted");
            }
        }
        return status;
    }

    private void list(SpoolReader reader, Ulid id) throws IOException {
        SpoolRecord message = reader.find(id);
        if (message == null || !filter.matches(message)) {
            return;
        }
        if (json) {
            printJson(message, reader.states(id));
        } else {
            print(message);
        }
    }

    private void print(SpoolRecord message) {
        List<String> to = TraceFields.recipients(message);
        String shown = String.join(",", to.subList(0, Math.min(3, to.size())));
        String more = to.size() > 3 ? " and " + (to.size() - 3) + " more" : "";
        out().printf(
                        "%s  %s  %10d  %s  %s%s%n",
                        message.id(),
                        time(message.id()),
                        message.bodyLength(),
                        TerminalText.of(TraceFields.sender(message)),
                        TerminalText.of(shown),
                        more);
    }

    private static String time(Ulid id) {
        return Instant.ofEpochMilli(id.millis()).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void printJson(SpoolRecord message, Map<String, KeyValueText> states) throws IOException {
        try (JsonGenerator object = JsonOutput.to(out())) {
            object.writeStartObject();
            object.writeStringField("id", message.id().toString());
            object.writeNumberField("sequence", message.sequence());
            object.writeNumberField("octets", message.bodyLength());
            writeLines(object, "envelope", message.text());
            object.writeObjectFieldStart("states");
            for (var state : states.entrySet()) {
                writeLines(object, state.getKey(), state.getValue());
            }
            object.writeEndObject();
            object.writeEndObject();
        }
        out().println();
    }

    /** Every value is a list, because a key may occur several times ({@code To} occurs once per recipient). */
    private static void writeLines(JsonGenerator object, String name, KeyValueText lines) throws IOException {
        object.writeObjectFieldStart(name);
        List<String> keys = lines.toString()
                .lines()
                .map(line -> line.substring(0, Math.max(0, line.indexOf(": "))))
                .distinct()
                .toList();
        for (String key : keys) {
            object.writeArrayFieldStart(key);
            for (String value : lines.all(key)) {
                object.writeString(value);
            }
            object.writeEndArray();
        }
        object.writeEndObject();
    }
}
