// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.smtp.SessionListener;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Is told about the connections of deliveries. Called on the delivery loops, so on several threads at once. */
public interface DeliveryObserver {

    /** One session with a server. Confined to its delivery loop. */
    interface ObservedSession {
        /** Receives the events of the session; null for none. */
        @Nullable
        SessionListener listener();

        /** This message, signed or not, is sent in the session, after those before it. */
        void sending(DeliveryRequest request, DkimResult dkim);

        /** The server has answered; its connection is secured like this. */
        void secured(TlsResult tls);

        /** The message was not sent after all: the server does not offer what it needs. */
        void notSent(DeliveryRequest request);
    }

    /** A connection is about to be opened; returns null if its session is not observed. */
    @Nullable
    ObservedSession connecting(MailHost host, SocketAddress address, long nanos);

    /** A server has answered a transaction; {@code before} is how many it had answered over the same connection. */
    void answered(int before);
}
