// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.spool.reader.SpoolReader;
import dev.boxcar.spool.reader.Verification;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spool verify}: whether every byte is what was written; status 1 where one is not. */
@Command(name = "verify", header = "reads every octet; says what is wrong where, with exit status 1")
final class SpoolVerify extends SpoolLook {
    @Option(names = "--json", description = "one JSON object")
    boolean json;

    @Override
    protected int look() throws IOException {
        Verification found = SpoolReader.verify(spool);
        if (json) {
            printJson(found);
        } else {
            found.wrong().forEach(out()::println);
            if (found.unfinished() > 0) {
                out().println(found.unfinished() + " octets at the end are unfinished: being written just now, or to be"
                        + " cut at the next start; nobody was promised them");
            }
            out().println(found.segments() + " segments, " + found.records() + " records sound, "
                    + found.wrong().size() + " places wrong");
        }
        return found.wrong().isEmpty() ? OK : FAILED;
    }

    private void printJson(Verification found) throws IOException {
        try (JsonGenerator object = Json.to(out())) {
            object.writeStartObject();
            object.writeNumberField("segments", found.segments());
            object.writeNumberField("records", found.records());
            object.writeNumberField("unfinished", found.unfinished());
            object.writeArrayFieldStart("wrong");
            for (String line : found.wrong()) {
                object.writeString(line);
            }
            object.writeEndArray();
            object.writeEndObject();
        }
        out().println();
    }
}
