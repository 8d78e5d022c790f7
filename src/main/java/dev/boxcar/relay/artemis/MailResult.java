// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.ArtemisMail;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.smtp.CommitCallback;
import java.util.concurrent.Executor;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a mail.
 *
 * @param message the message of the broker; null if the connection was lost over which it came
 * @param left what is left to do; null if nothing is
 */
record MailResult(
        ArtemisMail mail,
        @Nullable ClientMessage message,
        @Nullable DeliveryState left,
        Executor executor,
        CommitCallback callback) {
    /** The same result, for the message that the broker has shown again. */
    MailResult of(ArtemisMail shownAgain, ClientMessage again) {
        return new MailResult(shownAgain, again, left, Runnable::run, outcome -> {});
    }
}
