// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.reader.Verification;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spool verify}: checks that no byte has changed since it was written. Ends with status 1 if one has. */
@Command(name = "verify", header = "checks every byte; if something is damaged, says where and exits with status 1")
final class SpoolVerify extends SpoolReadCommand {
    @Option(names = "--json", description = "prints one JSON object")
    boolean json;

    @Override
    protected int execute() throws IOException {
        Verification found = SpoolReader.verify(spool);
        if (json) {
            printJson(found);
        } else {
            found.problems().forEach(out()::println);
            if (found.unfinishedBytes() > 0) {
                out().println(found.unfinishedBytes()
                        + " bytes at the end are an unfinished record: it is being written, or"
                        + " the next start removes it; it was never acknowledged");
            }
            out().println(found.segments() + " segments, " + found.records() + " sound records, "
                    + found.problems().size() + " damaged places");
        }
        return found.problems().isEmpty() ? OK : FAILED;
    }

    private void printJson(Verification found) throws IOException {
        try (JsonGenerator object = JsonOutput.to(out())) {
            object.writeStartObject();
            object.writeNumberField("segments", found.segments());
            object.writeNumberField("records", found.records());
            object.writeNumberField("unfinished", found.unfinishedBytes());
            object.writeArrayFieldStart("wrong");
            for (String line : found.problems()) {
                object.writeString(line);
            }
            object.writeEndArray();
            object.writeEndObject();
        }
        out().println();
    }
}
