// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.ListedMail;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;

/** Reads what an operator sees of a mail from a message of the broker. */
final class MailSummary {
    private final Ulid id;
    private final MailFormat.Head head;
    private final long bytes;

    private MailSummary(Ulid id, MailFormat.Head head, long bytes) {
        this.id = id;
        this.head = head;
        this.bytes = bytes;
    }

    /** Of a message that is not streamed; null if it is no mail. */
    static @Nullable MailSummary of(ClientMessage message) throws IOException {
        var body = new byte[message.getBodyBuffer().readableBytes()];
        message.getBodyBuffer().readBytes(body);
        try {
            return of(message, MailFormat.head(new ByteArrayInputStream(body)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Of a message whose head was read. */
    static MailSummary of(ClientMessage message, MailFormat.Head head) {
        return new MailSummary(MailFormat.id(message), head, message.getLongProperty(MailFormat.SIZE));
    }

    /** The mail, which no worker has. */
    ListedMail waiting() {
        return listed(false);
    }

    /** The mail, which a worker has. */
    ListedMail attempted() {
        return listed(true);
    }

    private ListedMail listed(boolean isAttempted) {
        Instant received = MailFormat.received(id, head.envelope());
        DeliveryState state =
                DeliveryState.orUntried(head.state(), head.envelope().recipientCount(), received);
        return new ListedMail(id, head.envelope(), received, bytes, state, isAttempted);
    }
}
