// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.HostFailure;
import dev.boxcar.relay.route.NextHop;
import org.jspecify.annotations.Nullable;

/** Opens connections to next hops. Called on the scheduler's loop. */
public interface ConnectionFactory {

    /** Receives what comes of the requests of one connection. May be called on any thread. */
    interface Events {
        void finished(DeliveryRequest request, DeliveryResult result);

        /** The connection has ended, after all results. The failure is null if a host was ready for messages. */
        void ended(@Nullable HostFailure failure);
    }

    /** A connection that connects once it has a request. */
    Connection open(NextHop nextHop, Events events);

    /** A connection, for the scheduler. */
    interface Connection {
        void deliver(DeliveryRequest request);

        /** Ends the connection once every request has its result. */
        void quit();
    }
}
