// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.smtp.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** A message as it lies in the queue. Any thread. */
public interface QueuedMail {

    Envelope envelope();

    /** When the message was accepted. */
    Instant received();

    /** Its size in bytes. */
    long bytes();

    /** Opens its bytes, exactly as they were accepted. The caller closes the stream. May block. */
    InputStream open() throws IOException;
}
