// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import java.util.List;

/**
 * Reads the paths of an envelope. An envelope that another program wrote to the spool may be malformed; the result is
 * then empty.
 */
public final class EnvelopePaths {
    private EnvelopePaths() {}

    /** The mailbox of the reverse-path; empty for {@code <>}. */
    public static String sender(Envelope envelope) {
        try {
            Mailbox mailbox = envelope.reversePath().mailbox();
            return mailbox == null ? "" : mailbox.toString();
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            return "";
        }
    }

    /** The mailboxes of the forward-paths, in order, with duplicates. */
    public static List<Mailbox> recipients(Envelope envelope) {
        try {
            return envelope.forwardPaths().stream().map(ForwardPath::mailbox).toList();
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            return List.of();
        }
    }
}
