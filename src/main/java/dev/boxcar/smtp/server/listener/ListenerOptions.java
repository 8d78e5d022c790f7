// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

import dev.boxcar.smtp.server.limit.Networks;

/**
 * The options of one listener: its address, the clients that it serves, and what it requires of them. Immutable; any
 * thread.
 *
 * @param name its name in log and envelopes; empty to use its address
 * @param host the name or address to listen on; {@code localhost} means both loopback addresses; empty if there is a
 *     {@code path}
 * @param port 0 takes a free port
 * @param path the path of a Unix-domain socket, which must not exist yet; empty if there is a {@code host}
 * @param tls when its clients use TLS
 * @param authRequired whether clients must authenticate before they send mail (530, RFC 4954 §6)
 * @param networks the networks whose clients are served; others get 554
 * @param proxy the networks whose connections must begin with a PROXY header, which names the client
 * @param xclient the networks whose clients may use XCLIENT
 * @param receiveBuffer the bytes that the system buffers per connection before the client must wait, which gives TCP a
 *     small window; the system may round it up; 0 for the system's default
 * @param sendBuffer the bytes that the system buffers per connection until the client has taken them; the system may
 *     round it up; 0 for the system's default
 * @param mode the permissions of the socket's file, as three octal digits: clients need the right to write; empty for
 *     what the system chooses. The caller of the server sets them, because the server touches no files
 */
public record ListenerOptions(
        String name,
        String host,
        int port,
        String path,
        Tls tls,
        boolean authRequired,
        Networks networks,
        Networks proxy,
        Networks xclient,
        int receiveBuffer,
        int sendBuffer,
        String mode) {

    /** When the clients of a listener use TLS. */
    public enum Tls {
        /** As the server's {@code TlsOffer} says. */
        DEFAULT,
        /** Never. */
        OFF,
        /** If they use STARTTLS (RFC 3207). */
        STARTTLS,
        /** They must use STARTTLS before they send mail. */
        REQUIRED,
        /** From the first byte on (RFC 8314 §3.3). */
        IMPLICIT
    }

    private static final ListenerOptions DEFAULTS =
            new ListenerOptions("", "", 0, "", Tls.DEFAULT, false, Networks.ALL, Networks.NONE, Networks.NONE, 0, 0);

    /** A listener whose socket has the mode that the system chooses. */
    public ListenerOptions(
            String name,
            String host,
            int port,
            String path,
            Tls tls,
            boolean authRequired,
            Networks networks,
            Networks proxy,
            Networks xclient,
            int receiveBuffer,
            int sendBuffer) {
        this(name, host, port, path, tls, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, "");
    }

    /** A listener at this address that serves all clients. */
    public static ListenerOptions at(String host, int port) {
        return DEFAULTS.withHost(host).withPort(port);
    }

    /** A listener at this Unix-domain socket that serves all clients. */
    public static ListenerOptions atSocket(String path) {
        return DEFAULTS.withPath(path);
    }

    private ListenerOptions withHost(String where) {
        return new ListenerOptions(
                name, where, port, path, tls, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    private ListenerOptions withPort(int number) {
        return new ListenerOptions(
                name, host, number, path, tls, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    private ListenerOptions withPath(String where) {
        return new ListenerOptions(
                name, host, port, where, tls, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #name}. */
    public ListenerOptions withName(String text) {
        return new ListenerOptions(
                text, host, port, path, tls, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #tls}. */
    public ListenerOptions withTls(Tls when) {
        return new ListenerOptions(
                name, host, port, path, when, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #authRequired}. */
    public ListenerOptions withAuthRequired(boolean required) {
        return new ListenerOptions(
                name, host, port, path, tls, required, networks, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with other {@link #networks}. */
    public ListenerOptions withNetworks(Networks served) {
        return new ListenerOptions(
                name, host, port, path, tls, authRequired, served, proxy, xclient, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #proxy}. */
    public ListenerOptions withProxy(Networks proxies) {
        return new ListenerOptions(
                name, host, port, path, tls, authRequired, networks, proxies, xclient, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #xclient}. */
    public ListenerOptions withXclient(Networks trusted) {
        return new ListenerOptions(
                name, host, port, path, tls, authRequired, networks, proxy, trusted, receiveBuffer, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #receiveBuffer}. */
    public ListenerOptions withReceiveBuffer(int bytes) {
        return new ListenerOptions(
                name, host, port, path, tls, authRequired, networks, proxy, xclient, bytes, sendBuffer, mode);
    }

    /** Returns a copy with another {@link #sendBuffer}. */
    public ListenerOptions withSendBuffer(int bytes) {
        return new ListenerOptions(
                name, host, port, path, tls, authRequired, networks, proxy, xclient, receiveBuffer, bytes, mode);
    }

    /** Returns a copy with another {@link #mode}. */
    public ListenerOptions withMode(String digits) {
        return new ListenerOptions(
                name, host, port, path, tls, authRequired, networks, proxy, xclient, receiveBuffer, sendBuffer, digits);
    }
}
