// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.context.SessionTimeouts;
import dev.boxcar.smtp.server.context.TlsSwitch;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts TLS before the banner (RFC 8314 §3.3). If the key and certificate are not loaded yet it waits for them, at
 * most as long as for a decision of a port. Confined to the loop thread.
 */
public final class ImplicitTls {
    private static final Logger LOG = LoggerFactory.getLogger(ImplicitTls.class);

    private final EventLoop loop;
    private final SessionControl session;
    private final TlsSwitch tls;
    private final SessionTimeouts timeouts;

    public ImplicitTls(EventLoop loop, SessionControl session, TlsSwitch tls, SessionTimeouts timeouts) {
        this.loop = loop;
        this.session = session;
        this.tls = tls;
        this.timeouts = timeouts;
    }

    public void begin(TlsOffer offer) {
        tls.awaitTls();
        timeouts.start();
        offer.whenSettled(isAvailable -> {
            if (loop.inLoop()) {
                start(offer);
            } else {
                executeOnLoop(() -> start(offer));
            }
        });
    }

    private void executeOnLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} ended with its server", session);
        }
    }

    private void start(TlsOffer offer) {
        TlsSettings settings = offer.current();
        if (session.isLeaving()) {
            return;
        } else if (settings == null) {
            session.close();
        } else {
            tls.startTlsAtOnce(settings);
        }
    }
}
