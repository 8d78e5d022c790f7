// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.SpoolRecord;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The formats of {@code spool export}. The names of the constants are the values of {@code --format}. */
enum ExportFormat {
    /** One file per message with its exact bytes. The file gets its final name when it is complete. */
    eml {
        @Override
        Exporter open(Path directory) throws IOException {
            Files.createDirectories(directory);
            return (message, trace, body) -> {
                Path part = directory.resolve(message.id() + ".part");
                write(trace, body, part);
                Files.move(part, directory.resolve(message.id() + ".eml"), StandardCopyOption.ATOMIC_MOVE);
            };
        }
    },
    /**
     * One file; lines end in LF, and "From " lines are quoted reversibly (mboxrd). Fails if the file exists, because it
     * may be a mailbox in use.
     */
    mbox {
        @Override
        Exporter open(Path directory) throws IOException {
            Files.createDirectories(directory);
            Path file = directory.resolve("mbox");
            try {
                return new MboxExporter(
                        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            } catch (FileAlreadyExistsException e) {
                throw new IOException(file + " already exists: choose another directory", e);
            }
        }
    },
    /** One file per message in {@code new}, moved there when it is complete. */
    maildir {
        @Override
        Exporter open(Path directory) throws IOException {
            for (String part : new String[] {"tmp", "new", "cur"}) {
                Files.createDirectories(directory.resolve(part));
            }
            return (message, trace, body) -> {
                String name = message.id().millis() / 1000 + "." + message.id() + ".boxcar";
                Path whole = directory.resolve("tmp").resolve(name);
                write(trace, body, whole);
                Files.move(whole, directory.resolve("new").resolve(name), StandardCopyOption.ATOMIC_MOVE);
            };
        }
    };

    /** Starts an export to the directory, which is created if it does not exist. */
    abstract Exporter open(Path directory) throws IOException;

    /** Writes messages, one after the other. */
    @FunctionalInterface
    interface Exporter extends Closeable {
        void add(SpoolRecord message, byte[] trace, InputStream body) throws IOException;

        @Override
        default void close() throws IOException {}
    }

    private static void write(byte[] trace, InputStream body, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(trace);
            body.transferTo(out);
        }
    }

    private static final class MboxExporter implements Exporter {
        private static final DateTimeFormatter ASCTIME = DateTimeFormatter.ofPattern(
                        "EEE MMM ppd HH:mm:ss yyyy", Locale.US)
                .withZone(ZoneOffset.UTC);

        private final OutputStream out;

        MboxExporter(OutputStream file) {
            this.out = new BufferedOutputStream(file);
        }

        @Override
        public void add(SpoolRecord message, byte[] trace, InputStream body) throws IOException {
            String sender = TraceFields.sender(message).replaceAll("[<>\\s]", "");
            String from = "From " + (sender.isEmpty() ? "MAILER-DAEMON" : sender) + " "
                    + ASCTIME.format(message.received()) + "\n";
            out.write(from.getBytes(UTF_8)); // an address may be UTF-8 (RFC 6531)
            try (InputStream lines =
                    new BufferedInputStream(new SequenceInputStream(new ByteArrayInputStream(trace), body))) {
                var line = new ByteArrayOutputStream();
                for (int b = lines.read(); b >= 0; b = lines.read()) {
                    if (b == '\n') {
                        writeLine(line.toByteArray());
                        line.reset();
                    } else {
                        line.write(b);
                    }
                }
                if (line.size() > 0) {
                    writeLine(line.toByteArray());
                }
            }
            out.write('\n');
        }

        private void writeLine(byte[] line) throws IOException {
            int length = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
            if (isFrom(line)) {
                out.write('>');
            }
            out.write(line, 0, length);
            out.write('\n');
        }

        /** Whether the line is {@code From } after any number of {@code >}. */
        private static boolean isFrom(byte[] line) {
            int at = 0;
            while (at < line.length && line[at] == '>') {
                at++;
            }
            return line.length >= at + 5 && new String(line, at, 5, US_ASCII).equals("From ");
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
