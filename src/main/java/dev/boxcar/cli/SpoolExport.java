// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.spool.SpoolReader;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spool export}: every message into files of a common form. */
@Command(name = "export", description = "Writes all messages to DIR.")
final class SpoolExport extends SpoolLook {
    @Parameters(index = "0", paramLabel = "DIR", description = "Where to; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // picocli's
    private Path target;

    @Option(
            names = "--format",
            defaultValue = "eml",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). eml: a file a message, ID.eml;"
                    + " mbox: all in DIR/mbox, lines quoted as mboxrd; maildir: DIR/new.")
    @SuppressWarnings("NullAway.Init") // picocli's
    private MailFormat format;

    @Option(names = "--trace", description = "Adds Return-Path and Received, made of the envelope.")
    private boolean trace;

    @Override
    protected int look() throws IOException {
        var reader = SpoolReader.open(spool);
        long count = 0;
        try (MailFormat.Export export = format.into(target)) {
            for (Ulid id : reader.ids()) {
                SpoolRecord message = reader.find(id);
                if (message != null) {
                    export.add(message, trace ? Trace.of(message) : new byte[0]);
                    count++;
                }
            }
        }
        out().println(count + (count == 1 ? " message" : " messages") + " exported to " + target);
        return OK;
    }
}
