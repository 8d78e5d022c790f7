// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.ArtemisMail;
import dev.boxcar.relay.queue.DeliveryState;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;

/** A mail that the broker has shown to this relay, and that is not settled or given back. */
final class HeldMail {
    final ArtemisMail mail;
    /** The state with which it came, and later the results of the attempt that goes on. */
    volatile @Nullable DeliveryState state;
    /** The message to be acknowledged; null after the connection over which it came was lost. Guarded by the map. */
    @Nullable
    ClientMessage message;

    HeldMail(ArtemisMail mail, @Nullable DeliveryState state, ClientMessage message) {
        this.mail = mail;
        this.state = state;
        this.message = message;
    }
}
