// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spool dump}: one segment as text, record by record, without the messages' bytes. */
@Command(name = "dump", header = "shows the records of one segment: offset, header line and lines")
final class SpoolDump extends SpoolLook {
    @Parameters(index = "0", paramLabel = "SEGMENT", description = "a file in the spool's directory segment/")
    @SuppressWarnings("NullAway.Init") // picocli's
    String segment;

    @Override
    protected int look() throws IOException {
        SpoolReader.dump(spool, segment, this::print);
        return OK;
    }

    private void print(long offset, String header, @Nullable SpoolRecord record) {
        out().println(offset + ": " + header);
        if (record != null) {
            record.text().toString().lines().forEach(line -> out().println("    " + Printable.of(line)));
            if (record.type().isMessage()) {
                out().println("    (" + record.bodyLength() + " octets of message)");
            }
        }
    }
}
