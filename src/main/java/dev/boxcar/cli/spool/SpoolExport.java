// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import dev.boxcar.cli.output.ProgressLine;
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
 * {@code spool export}: writes messages to files in a common format. It reports a damaged message and continues with
 * the next one.
 */
@Command(name = "export", header = "writes messages to DIR: all, or those that match the options")
final class SpoolExport extends SpoolReadCommand {
    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "the directory to write to; created if it does not exist")
    Path target;

    @Option(
            names = "--format",
            paramLabel = "eml|mbox|maildir",
            defaultValue = "eml",
            description = "eml: one file per message, ID.eml; mbox: all messages in DIR/mbox, quoted as mboxrd;"
                    + " maildir: one file per message in DIR/new (default: ${DEFAULT-VALUE})")
    ExportFormat format;

    @Option(names = "--trace", description = "adds Return-Path and Received fields, made from the envelope")
    boolean trace;

    @Mixin
    MessageFilter filter;

    private long count;
    private long bytes;
    private int status = OK;

    @Override
    protected int execute() throws IOException {
        if (Files.exists(target) && !Files.isDirectory(target)) {
            throw new IOException(target + " is not a directory: choose another name");
        }
        try (var reader = SpoolReader.open(spool)) {
            export(reader);
        }
        out().println(count + (count == 1 ? " message" : " messages") + " exported to " + target);
        return status;
    }

    private void export(SpoolReader reader) throws IOException {
        List<Ulid> ids = reader.ids();
        try (ExportFormat.Exporter exporter = format.open(target);
                ProgressLine progress = ProgressLine.on(commandLine().getErr())) {
            for (int i = 0; i < ids.size(); i++) {
                String problem = add(reader, ids.get(i), exporter);
                if (problem != null) {
                    progress.clear();
                    status = fail(problem);
                }
                progress.update(i + 1, ids.size(), bytes);
            }
        }
    }

    /** Exports one message if it matches the filter. Returns the problem with the message, or null. */
    private @Nullable String add(SpoolReader reader, Ulid id, ExportFormat.Exporter exporter) throws IOException {
        SpoolRecord message;
        try {
            message = reader.find(id);
            if (message == null || !filter.matches(message)) {
                return null;
            }
            try (InputStream body = message.body()) {
                exporter.add(message, trace ? TraceFields.of(message) : new byte[0], body);
            }
        } catch (SpoolException damaged) {
            return "message " + id + " not exported: " + damaged.getMessage();
        } catch (NoSuchFileException missing) {
            return "message " + id + " not exported: " + missing.getFile() + " is missing, or was just deleted";
        }
        count++;
        bytes += message.bodyLength();
        return verify(reader, id);
    }

    private static @Nullable String verify(SpoolReader reader, Ulid id) throws IOException {
        try {
            return reader.isIntact(id)
                    ? null
                    : "message " + id + " is damaged on disk and was exported as it is: 'spool verify' shows where";
        } catch (NoSuchFileException deleted) {
            return "message " + id + " was deleted during the export, so the exported file could not be verified";
        }
    }
}
