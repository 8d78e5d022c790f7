// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.broker;

import dev.boxcar.relay.artemis.body.StoredBody;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A mail on its way to or from the broker.
 *
 * @param from where its bytes begin in what is stored
 * @param damagedDirectory the directory for mail that is damaged
 */
public record ArtemisMail(Ulid id, Envelope envelope, StoredBody stored, long from, Path damagedDirectory)
        implements QueuedMail {
    @Override
    public Instant received() {
        return MailFormat.received(id, envelope);
    }

    /** What an operator sees of it in this state; null before the first attempt. */
    public ListedMail listed(@Nullable DeliveryState state) {
        DeliveryState known = DeliveryState.orUntried(state, envelope.recipientCount(), received());
        return new ListedMail(id, envelope, received(), bytes(), known, false);
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
