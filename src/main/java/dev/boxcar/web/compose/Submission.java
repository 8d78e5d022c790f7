// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.Ulid;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;

/** Stores drafts in the spool, in the same way as messages that arrive over SMTP. Any thread. */
public final class Submission {
    private final Spool spool;
    private final long maxBytes;
    private final Clock clock;

    /** Stores messages of at most {@code maxBytes} bytes in {@code spool}. */
    public Submission(Spool spool, long maxBytes, Clock clock) {
        this.spool = spool;
        this.maxBytes = Math.min(maxBytes, spool.maxMessageBytes());
        this.clock = clock;
    }

    /** The message is larger than the limit. */
    public static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1;

        TooLarge(long maxBytes) {
            super("the message is larger than " + maxBytes + " bytes", null, false, false);
        }
    }

    /** The id of a submitted message and whether the spool stored it. */
    public record Receipt(Ulid id, CommitOutcome outcome) {}

    /** The largest message that is accepted, in bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * Builds the message and stores it. The receipt is completed on the spool's thread once the spool has stored or
     * refused the message, so code that runs on completion must be short.
     *
     * @param user the name of the client's account; may be empty
     * @throws TooLarge if the message is larger than {@link #maxBytes}
     */
    public CompletableFuture<Receipt> submit(Draft draft, InetSocketAddress client, String user) throws TooLarge {
        Ulid id = spool.newId();
        byte[] bytes = draft.bytes(id.toString(), ZonedDateTime.now(clock));
        if (bytes.length > maxBytes) {
            throw new TooLarge(maxBytes);
        }
        var receipt = new CompletableFuture<Receipt>();
        Admission admission = spool.admits(bytes.length);
        if (admission != Admission.ADMITTED) {
            CommitOutcome refused = admission == Admission.FAULT ? CommitOutcome.FAULT : CommitOutcome.NO_ROOM;
            receipt.complete(new Receipt(id, refused));
            return receipt;
        }
        IncomingBody body = spool.newBody();
        body.write(bytes, 0, bytes.length);
        spool.append(
                id,
                envelope(id, draft, client, user),
                body,
                Runnable::run,
                outcome -> receipt.complete(new Receipt(id, outcome)));
        return receipt;
    }

    private Envelope envelope(Ulid id, Draft draft, InetSocketAddress client, String user) {
        String address = client.getAddress() == null
                ? client.getHostString()
                : client.getAddress().getHostAddress() + ":" + client.getPort();
        var writer = new EnvelopeWriter(EnvelopeWriter.preamble("http-" + id, address, "api", "HTTP", user));
        byte[] sender = path(draft.from().mailbox());
        writer.reversePath(sender, 0, sender.length);
        for (Mailbox recipient : draft.recipients()) {
            byte[] path = path(recipient);
            writer.forwardPath(path, 0, path.length);
        }
        return writer.finish(clock.instant(), EnumSet.noneOf(Envelope.Flag.class));
    }

    private static byte[] path(Mailbox mailbox) {
        return ("<" + mailbox + ">").getBytes(UTF_8);
    }
}
