// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where an operator finds messages that are damaged on disk: {@code ID.eml} has the bytes as they are, unless none are
 * left, and {@code ID.envelope} the envelope. Any thread; every method may block.
 */
final class QuarantineDirectory {
    private static final int PIECE = 8192;

    private final Path directory;

    QuarantineDirectory(Path directory) {
        this.directory = directory;
    }

    /** Copies what can be read of a message, in place of an earlier copy, and returns the file that has most of it. */
    Path keep(SpoolRecord record) throws IOException {
        Files.createDirectories(directory);
        Path envelope = directory.resolve(record.id() + ".envelope");
        Files.write(envelope, record.text().toString().getBytes(UTF_8));
        Path file = directory.resolve(record.id() + ".eml");
        // a range is returned as it is on disk; only the whole body is checked
        try (InputStream bytes = record.body(0, record.bodyLength());
                OutputStream copy = Files.newOutputStream(file)) {
            transferReadable(bytes, copy);
            return file;
        } catch (NoSuchFileException | SpoolException e) {
            Files.deleteIfExists(file); // of an earlier attempt
            return envelope; // nothing is left of the message itself
        }
    }

    private static void transferReadable(InputStream from, OutputStream to) throws IOException {
        var piece = new byte[PIECE];
        while (true) {
            int read;
            try {
                read = from.read(piece);
            } catch (IOException e) {
                return; // the rest is missing
            }
            if (read < 0) {
                return;
            }
            to.write(piece, 0, read);
        }
    }
}
