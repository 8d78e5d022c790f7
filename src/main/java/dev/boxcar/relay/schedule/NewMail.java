// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that was accepted a moment ago. Its envelope is in memory; the queue finds its bytes when they are needed,
 * so {@link #bytes} and {@link #open} may block. Any thread.
 */
final class NewMail implements QueuedMail {
    private final RelayQueue queue;
    private final Ulid id;
    private final Envelope envelope;
    private final Instant received;
    private volatile @Nullable QueuedMail found;

    NewMail(RelayQueue queue, Ulid id, Envelope envelope) {
        this.queue = queue;
        this.id = id;
        this.envelope = envelope;
        this.received = received(id, envelope);
    }

    private static Instant received(Ulid id, Envelope envelope) {
        try {
            return envelope.received();
        } catch (IllegalStateException | DateTimeException e) {
            return Instant.ofEpochMilli(id.millis());
        }
    }

    @Override
    public Envelope envelope() {
        return envelope;
    }

    @Override
    public Instant received() {
        return received;
    }

    @Override
    public long bytes() {
        try {
            return found().bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InputStream open() throws IOException {
        return found().open();
    }

    private QueuedMail found() throws IOException {
        QueuedMail mail = found;
        if (mail == null) {
            mail = queue.read(id);
            if (mail == null) {
                throw new NoSuchFileException("the message " + id + " is no longer in the queue");
            }
            found = mail;
        }
        return mail;
    }
}
