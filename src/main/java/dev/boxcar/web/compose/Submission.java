// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.IncomingBody;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;

/** The way of a draft into the spool: the same as that of a message that came over SMTP. Any thread. */
public final class Submission {
    private final Spool spool;
    private final long largest;
    private final Clock clock;

    /** A way into {@code spool} for messages of at most {@code largest} bytes. */
    public Submission(Spool spool, long largest, Clock clock) {
        this.spool = spool;
        this.largest = Math.min(largest, spool.largestMessage());
        this.clock = clock;
    }

    /** The message would have more bytes than one may have. */
    public static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1;

        TooLarge(long most) {
            super("the message has more than " + most + " octets", null, false, false);
        }
    }

    /** What became of a draft. */
    public record Receipt(Ulid id, CommitOutcome outcome) {}

    /** The most bytes that a message may have. */
    public long largest() {
        return largest;
    }

    /**
     * Puts the message into the spool. The receipt comes when the spool has it, or has not, on the spool's thread:
     * whoever takes it there does little.
     *
     * @param user who asked for it, by name; empty for nobody in particular
     * @throws TooLarge where it has more than {@link #largest} bytes
     */
    public CompletableFuture<Receipt> submit(Draft draft, InetSocketAddress client, String user) throws TooLarge {
        Ulid id = spool.newId();
        byte[] bytes = draft.bytes(id.toString(), ZonedDateTime.now(clock));
        if (bytes.length > largest) {
            throw new TooLarge(largest);
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
