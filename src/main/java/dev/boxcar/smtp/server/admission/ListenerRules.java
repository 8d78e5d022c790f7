// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.TlsOffer;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The rules of a listener for one client: what the client must do, and what it may do. Confined to the loop thread. */
public final class ListenerRules {
    private static final ListenerOptions NONE = ListenerOptions.at("", 0);

    private final @Nullable TlsOffer serverTls;
    private final @Nullable AuthenticationOptions authentication;
    private final ClientInfo client;
    private ListenerOptions options = NONE;
    private boolean xclientAllowed;

    /**
     * The rules before the listener is known.
     *
     * @param serverTls the server's TLS; null if it has none
     * @param authentication how clients authenticate; null if AUTH is not offered
     */
    public ListenerRules(
            @Nullable TlsOffer serverTls, @Nullable AuthenticationOptions authentication, ClientInfo client) {
        this.serverTls = serverTls;
        this.authentication = authentication;
        this.client = client;
    }

    /** The client has connected to a listener with these options. */
    void setListener(ListenerOptions listener) {
        options = listener;
    }

    /** Decides by the client's address whether the client may use XCLIENT; null if it has no address. */
    void setAddress(@Nullable InetAddress address) {
        xclientAllowed = options.xclient().contain(address);
    }

    /** The PROXY header names no client: XCLIENT is not allowed. */
    void denyXclient() {
        xclientAllowed = false;
    }

    /** Whether a connection from this address begins with a PROXY header. */
    boolean expectProxyHeader(@Nullable InetAddress address) {
        return options.proxy().contain(address);
    }

    /** Whether clients from this address are served. */
    boolean serve(@Nullable InetAddress address) {
        return options.networks().contain(address);
    }

    /** Whether a client is served whose address is unknown. */
    boolean serveUnknownAddress() {
        return options.networks().containUnknown();
    }

    /** Whether the session must begin with TLS and has not: nothing may be sent in clear. */
    public boolean forbidClearText() {
        return options.tls() == ListenerOptions.Tls.IMPLICIT && !client.insideTls();
    }

    /** Whether mail is accepted only inside TLS. */
    public boolean requireTls() {
        TlsOffer offer = tlsOffer();
        return offer != null
                && (options.tls() == ListenerOptions.Tls.REQUIRED
                        || (options.tls() == ListenerOptions.Tls.DEFAULT && offer.isRequired()));
    }

    /** The TLS that this client may use; null if there is none. */
    public @Nullable TlsOffer tlsOffer() {
        return options.tls() == ListenerOptions.Tls.OFF ? null : serverTls;
    }

    public boolean isInsideTls() {
        return client.insideTls();
    }

    /** Whether the client must authenticate before it sends mail. */
    public boolean requireLogin() {
        return options.authRequired() || (authentication != null && authentication.isRequired());
    }

    /** Whether this client may use XCLIENT. An earlier XCLIENT does not change that. */
    public boolean allowXclient() {
        return xclientAllowed;
    }
}
