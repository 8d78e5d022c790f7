// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.body.StoredBody;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * A mail on its way to or from the broker.
 *
 * @param from where its bytes begin in what is stored
 * @param damagedDirectory the directory for mail that is damaged
 */
record ArtemisMail(Ulid id, Envelope envelope, StoredBody stored, long from, Path damagedDirectory)
        implements QueuedMail {
    @Override
    public Instant received() {
        try {
            return envelope.received();
        } catch (IllegalStateException | DateTimeException e) {
            return Instant.ofEpochMilli(id.millis());
        }
    }

    @Override
    public long bytes() {
        return stored.length() - from;
    }

    @Override
    public InputStream open() throws IOException {
        return stored.open(from);
    }

    @Override
    public String quarantine() throws IOException {
        Files.createDirectories(damagedDirectory);
        Path file = damagedDirectory.resolve(id + ".eml");
        try (InputStream bytes = open()) {
            Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file.toString();
    }
}
