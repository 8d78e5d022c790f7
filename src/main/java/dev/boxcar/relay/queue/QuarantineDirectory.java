// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where an operator finds messages that are damaged on disk: {@code ID.eml} has the bytes as they are, and
 * {@code ID.envelope} the envelope. Any thread; every method may block.
 */
final class QuarantineDirectory {
    private final Path directory;

    QuarantineDirectory(Path directory) {
        this.directory = directory;
    }

    /** Copies what can be read of a message, in place of an earlier copy, and returns the file. */
    Path keep(SpoolRecord record) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(record.id() + ".eml");
        // a range is returned as it is on disk; only the whole body is checked
        try (InputStream bytes = record.body(0, record.bodyLength())) {
            Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.write(
                directory.resolve(record.id() + ".envelope"),
                record.text().toString().getBytes(UTF_8));
        return file;
    }
}
