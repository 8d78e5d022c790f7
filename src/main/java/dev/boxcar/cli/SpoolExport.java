// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code spool export}: messages into files of a common form. One that is damaged is named, and does not keep the
 * others back.
 */
@Command(name = "export", header = "writes messages, all or those that the options mean, to DIR")
final class SpoolExport extends SpoolLook {
    @Parameters(index = "0", paramLabel = "DIR", description = "where to; made if it is not there")
    @SuppressWarnings("NullAway.Init") // picocli's
    Path target;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "eml",
            description = "one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). eml: a file a message, ID.eml;"
                    + " mbox: all in DIR/mbox, lines quoted as mboxrd; maildir: DIR/new")
    @SuppressWarnings("NullAway.Init") // picocli's
    MailFormat format;

    @Option(names = "--trace", description = "adds Return-Path and Received, made of the envelope")
    boolean trace;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's
    MessageFilter filter;

    private long count;
    private long bytes;
    private int status = OK;

    @Override
    protected int look() throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new IOException(target + " is not a directory: name another one");
        }
        try (var reader = SpoolReader.open(spool)) {
            export(reader);
        }
        out().println(count + (count == 1 ? " message" : " messages") + " exported to " + target);
        return status;
    }

    private void export(SpoolReader reader) throws IOException {
        List<Ulid> ids = reader.ids();
        try (MailFormat.Export export = format.into(target);
                Progress progress = Progress.on(commandLine().getErr())) {
            for (int i = 0; i < ids.size(); i++) {
                String wrong = add(reader, ids.get(i), export);
                if (wrong != null) {
                    progress.wipe();
                    status = failed(wrong);
                }
                progress.at(i + 1, ids.size(), bytes);
            }
        }
    }

    /** Exports one message if it is meant; the result is what is wrong with it, or null. */
    private @Nullable String add(SpoolReader reader, Ulid id, MailFormat.Export export) throws IOException {
        SpoolRecord message;
        try {
            message = reader.find(id);
            if (message == null || !filter.admits(message)) {
                return null;
            }
            try (InputStream body = message.body()) {
                export.add(message, trace ? Trace.of(message) : new byte[0], body);
            }
        } catch (SpoolException damaged) {
            return "message " + id + " is not exported: " + damaged.getMessage();
        } catch (NoSuchFileException missing) {
            return "message " + id + " is not exported: " + missing.getFile() + " is missing, or was deleted meanwhile";
        }
        count++;
        bytes += message.bodyLength();
        return compared(reader, id);
    }

    private static @Nullable String compared(SpoolReader reader, Ulid id) throws IOException {
        try {
            return reader.isSound(id)
                    ? null
                    : "message " + id + " is damaged on disk and was exported as it is: see where with 'spool verify'";
        } catch (NoSuchFileException deleted) {
            return "message " + id + " was deleted while it was exported, and is not compared with what was written";
        }
    }
}
