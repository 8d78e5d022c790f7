// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.SpoolException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A message as it lies in the queue. Any thread. */
public interface QueuedMail {

    Envelope envelope();

    /** When the message was accepted. */
    Instant received();

    /** Its size in bytes. */
    long bytes();

    /**
     * Opens its bytes, exactly as they were accepted. The caller closes the stream. May block.
     *
     * @throws SpoolException here or from the stream if the message is damaged, so that it will never be read
     */
    InputStream open() throws IOException;

    /**
     * Takes the bytes of a message that was accepted just now out of memory. Nothing else refers to them. Never blocks.
     *
     * @return null if the message must be opened
     */
    default @Nullable MailBytes takeFromMemory() {
        return null;
    }

    /** Room for all its bytes, if they fit into memory. */
    default MailBytes room() {
        return MailBytes.of(new byte[Math.toIntExact(bytes())]);
    }

    /** Takes the array back, to use it for another message. Nothing may refer to it any longer. */
    default void giveBack(MailBytes bytes) {}

    /** Copies what is left of a damaged message to where an operator finds it, and says where that is. May block. */
    String quarantine() throws IOException;
}
