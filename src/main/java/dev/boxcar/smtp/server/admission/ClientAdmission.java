// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.InputSwitch;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.limit.SessionQuota;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a client is served: reads the PROXY header if the listener requires one, and checks the client's
 * address. Each object makes one decision, before the banner or at XCLIENT. Confined to the loop thread.
 */
public final class ClientAdmission implements ProxyHeaderInput.Receiver {
    /** How long a PROXY header may take. */
    public static final Duration PROXY_HEADER_TIMEOUT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClientAdmission.class);

    private final ListenerRules rules;
    private final ClientState client;
    private final SessionQuota quota;
    private final ReplyQueue replies;
    private final InputSwitch input;
    private final SessionControl session;
    private final Continuation admitted;
    private boolean awaitingHeader;

    /** Continues the session once the client is admitted. */
    @FunctionalInterface
    public interface Continuation {
        void run() throws IOException;
    }

    public ClientAdmission(
            ListenerRules rules,
            ClientState client,
            SessionQuota quota,
            ReplyQueue replies,
            InputSwitch input,
            SessionControl session,
            Continuation admitted) {
        this.rules = rules;
        this.client = client;
        this.quota = quota;
        this.replies = replies;
        this.input = input;
        this.session = session;
        this.admitted = admitted;
    }

    /** A client has connected to this listener from this address; null if it has no address. */
    public void begin(ListenerOptions listener, @Nullable InetSocketAddress peer) throws IOException {
        rules.setListener(listener);
        InetAddress address = addressOf(peer);
        if (!rules.expectProxyHeader(address)) {
            rules.setAddress(address);
            admit(address);
            return;
        }
        awaitingHeader = true;
        new ProxyHeaderInput(input, this).begin();
        session.later(PROXY_HEADER_TIMEOUT, () -> {
            if (awaitingHeader && !session.isLeaving()) {
                headerInvalid("no PROXY header came within " + PROXY_HEADER_TIMEOUT.toSeconds() + " s");
            }
        });
    }

    @Override
    public void headerRead(ProxyHeader header) throws IOException {
        awaitingHeader = false;
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} client={} speaks for {}", session, client.address(), header);
        }
        if (header.kind() == ProxyHeader.Kind.NONE) { // the proxy itself checks whether the server is alive
            rules.denyXclient();
            admitted.run();
            return;
        }
        client.setRemoteAddress(header.source());
        InetAddress address = addressOf(header.source());
        rules.setAddress(address);
        admit(address);
    }

    @Override
    public void headerInvalid(String reason) {
        LOG.warn("{} client={} listener={} refused: {}", session, client.address(), client.listener(), reason);
        refuse(Replies.NO_PROXY_HEADER);
    }

    /** The client has used XCLIENT: from now on the session is that of another client. */
    public void readmit(XclientAttributes attributes) throws IOException {
        LOG.info("{} client={} XCLIENT {}", session, client.address(), attributes);
        attributes.applyTo(client);
        Reply refusal = attributes.hasAddress() ? refusalAfterXclient() : null;
        if (refusal == null) {
            admitted.run();
        } else {
            refuse(refusal);
        }
    }

    private @Nullable Reply refusalAfterXclient() {
        InetAddress address = addressOf(client.remoteAddress());
        boolean isUnknown = address == null; // an unknown address is not in the network "local"
        return isUnknown && !rules.serveUnknownAddress() ? Replies.NOT_FROM_THERE : refusal(address);
    }

    private void admit(@Nullable InetAddress address) throws IOException {
        Reply refusal = refusal(address);
        if (refusal == null) {
            admitted.run();
            return;
        }
        LOG.info("{} client={} listener={} refused: {}", session, client.address(), client.listener(), refusal);
        refuse(refusal);
    }

    private @Nullable Reply refusal(@Nullable InetAddress address) {
        if (!rules.serve(address)) {
            return Replies.NOT_FROM_THERE;
        }
        return quota.setAddress(address) ? null : Replies.TOO_MANY_FROM_THERE;
    }

    private void refuse(Reply refusal) {
        if (rules.forbidClearText()) {
            session.close();
        } else {
            replies.giveLast(refusal);
        }
    }

    private static @Nullable InetAddress addressOf(@Nullable InetSocketAddress whole) {
        return whole == null ? null : whole.getAddress();
    }
}
