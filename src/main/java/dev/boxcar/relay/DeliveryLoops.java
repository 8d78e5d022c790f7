// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.delivery.ClientTlsContexts;
import dev.boxcar.relay.delivery.DeliveryObserver;
import dev.boxcar.relay.delivery.DeliveryOptions;
import dev.boxcar.relay.delivery.DeliveryRequest;
import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.delivery.DeliverySession;
import dev.boxcar.relay.delivery.HostFailure;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.schedule.ConnectionFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens delivery sessions, on the delivery loops in turn. Confined to the scheduler's loop. */
final class DeliveryLoops implements ConnectionFactory {
    private final List<EventLoop> loops;
    private final DeliveryOptions options;
    private final NameService names;
    private final ClientTlsContexts tls;
    private final DeliveryObserver observer;
    private int next;

    DeliveryLoops(
            List<EventLoop> loops,
            DeliveryOptions options,
            NameService names,
            ClientTlsContexts tls,
            DeliveryObserver observer) {
        this.loops = List.copyOf(loops);
        this.options = options;
        this.names = names;
        this.tls = tls;
        this.observer = observer;
    }

    @Override
    public Connection open(NextHop nextHop, Events events) {
        EventLoop loop = loops.get(next);
        next = (next + 1) % loops.size();
        var session = new DeliverySession(loop, nextHop, options, names, tls, observer, new Forwarding(events));
        return new Connection() {
            @Override
            public void deliver(DeliveryRequest request) {
                session.deliver(request);
            }

            @Override
            public void quit() {
                session.quit();
            }
        };
    }

    private record Forwarding(Events events) implements DeliverySession.Owner {
        @Override
        public void finished(DeliverySession session, DeliveryRequest request, DeliveryResult result) {
            events.finished(request, result);
        }

        @Override
        public void ended(DeliverySession session, @Nullable HostFailure failure) {
            events.ended(failure);
        }
    }
}
