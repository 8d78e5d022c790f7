// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code spool dump}: prints the records of one segment as text, without the bytes of the messages. */
@Command(name = "dump", header = "shows the records of one segment: offset, header line, envelope or values")
final class SpoolDump extends SpoolReadCommand {
    @Parameters(
            index = "0",
            paramLabel = "SEGMENT",
            description = "the name of a file in the spool's segment/ directory")
    String segment;

    @Override
    protected int execute() throws IOException {
        SpoolReader.dump(spool, segment, this::print);
        return OK;
    }

    private void print(long offset, String header, @Nullable SpoolRecord record) {
        out().println(offset + ": " + header);
        if (record != null) {
            record.text().toString().lines().forEach(line -> out().println("    " + TerminalText.of(line)));
            if (record.type().isMessage()) {
                out().println("    (" + record.bodyLength() + " bytes of message)");
            }
        }
    }
}
