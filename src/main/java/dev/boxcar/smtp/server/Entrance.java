// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies between a connection and its banner, as the listener has it: the PROXY header, and who may come in. Later
 * on, XCLIENT leads here again. Confined to the loop thread.
 */
final class Entrance extends SessionPart {
    private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
    private static final ListenerOptions NOWHERE = ListenerOptions.at("", 0);
    /** How long a PROXY header may take. */
    static final Duration HEADER_PATIENCE = Duration.ofSeconds(5);

    private ListenerOptions door = NOWHERE;
    private boolean awaitsHeader;
    private boolean trusted;

    Entrance(SmtpSession session) {
        super(session);
    }

    /** Somebody has connected to this listener, from there; null is a client without an address. */
    void begin(ListenerOptions listener, @Nullable InetSocketAddress peer) throws IOException {
        door = listener;
        InetAddress address = addressOf(peer);
        if (!door.proxy().contain(address)) {
            trusted = door.xclient().contain(address);
            enter(address);
            return;
        }
        awaitsHeader = true;
        new ProxyInput(session, this).begin();
        session.later(HEADER_PATIENCE, () -> {
            if (awaitsHeader && !session.isLeaving()) {
                refuseHeader("no PROXY header came within " + HEADER_PATIENCE.toSeconds() + " s");
            }
        });
    }

    /** The PROXY header is there. */
    void proxied(ProxyHeader header) throws IOException {
        awaitsHeader = false;
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} client={} speaks for {}", session, client().address(), header);
        }
        if (header.kind() == ProxyHeader.Kind.NONE) { // the proxy itself looks whether we are alive
            trusted = false;
            new Greeting(session).open();
            return;
        }
        client().comesFrom(header.source());
        InetAddress address = addressOf(header.source());
        trusted = door.xclient().contain(address);
        enter(address);
    }

    /** Whoever ought to send a header and does not is not to be believed in anything. */
    void refuseHeader(String reason) {
        LOG.warn("{} client={} listener={} refused: {}", session, client().address(), client().listener(), reason);
        refuse(Replies.NO_PROXY_HEADER);
    }

    private void enter(@Nullable InetAddress address) throws IOException {
        Reply refusal = refusal(address);
        if (refusal == null) {
            new Greeting(session).open();
            return;
        }
        LOG.info("{} client={} listener={} refused: {}", session, client().address(), client().listener(), refusal);
        refuse(refusal);
    }

    private @Nullable Reply refusal(@Nullable InetAddress address) {
        if (!door.networks().contain(address)) {
            return Replies.NOT_FROM_THERE;
        }
        return session.guest.comesFrom(address) ? null : Replies.TOO_MANY_FROM_THERE;
    }

    private void refuse(Reply refusal) {
        if (needsTlsToSpeak()) {
            session.close();
        } else {
            answers().giveLast(refusal);
        }
    }

    /** Whether TLS comes first here, and is not there: nothing is to be said in clear. */
    boolean needsTlsToSpeak() {
        return door.tls() == ListenerOptions.Tls.IMPLICIT && !client().insideTls();
    }

    /** Whether mail is taken inside TLS alone. */
    boolean needsTls() {
        TlsOffer offer = tlsOffer();
        return offer != null
                && (door.tls() == ListenerOptions.Tls.REQUIRED
                        || (door.tls() == ListenerOptions.Tls.DEFAULT && offer.isRequired()));
    }

    /** What there is of TLS for this client, or null. */
    @Nullable
    TlsOffer tlsOffer() {
        return door.tls() == ListenerOptions.Tls.OFF ? null : service().tls();
    }

    /** Whether the listener serves nobody who has not proved who it is. */
    boolean needsUser() {
        return door.authRequired();
    }

    /** Whether XCLIENT is taken from this client, whatever it said by it before. */
    boolean mayTell() {
        return trusted;
    }

    /** XCLIENT was said: from now on the session is that of another client, from the banner on. */
    void told(Xclient who) throws IOException {
        LOG.info("{} client={} XCLIENT {}", session, client().address(), who);
        who.applyTo(client());
        InetAddress address = addressOf(client().from());
        boolean isUntold = address == null && !door.networks().containUntold(); // which is not the same as local
        Reply refusal = !who.tellsAddress() ? null : isUntold ? Replies.NOT_FROM_THERE : refusal(address);
        if (refusal == null) {
            new Greeting(session).beginAgain();
        } else {
            refuse(refusal);
        }
    }

    private static @Nullable InetAddress addressOf(@Nullable InetSocketAddress whole) {
        return whole == null ? null : whole.getAddress();
    }
}
