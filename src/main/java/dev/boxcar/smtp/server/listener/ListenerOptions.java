// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.listener;

import dev.boxcar.smtp.server.limit.Networks;

/**
 * What one listener is given: where it listens, and whom it serves how. Immutable; any thread.
 *
 * @param name what log and envelopes call it; empty: its address
 * @param host where to listen: a name or address; {@code localhost} is both loopbacks. Empty where {@code path} is
 *     given
 * @param port 0 takes a free one
 * @param path of a Unix-domain socket, which must not exist yet; empty: none
 * @param tls when its clients speak TLS
 * @param authRequired whether clients must prove who they are before they send mail (530, RFC 4954 §6)
 * @param networks from where clients are served; others are answered 554
 * @param proxy from where connections begin with a PROXY header, and are refused without one; by it they tell for whom
 *     they speak
 * @param xclient from where XCLIENT is taken
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
        Networks xclient) {

    /** When the clients of a listener speak TLS. */
    public enum Tls {
        /** As the server does where nothing else is said. */
        DEFAULT,
        /** Never. */
        OFF,
        /** When they ask for it (RFC 3207). */
        STARTTLS,
        /** They must ask for it before anything else. */
        REQUIRED,
        /** From the first byte on (RFC 8314 §3.3). */
        IMPLICIT
    }

    /** A listener for everybody at this address. */
    public static ListenerOptions at(String host, int port) {
        return new ListenerOptions("", host, port, "", Tls.DEFAULT, false, Networks.ALL, Networks.NONE, Networks.NONE);
    }

    /** A listener for everybody at this Unix-domain socket. */
    public static ListenerOptions atSocket(String path) {
        return new ListenerOptions("", "", 0, path, Tls.DEFAULT, false, Networks.ALL, Networks.NONE, Networks.NONE);
    }

    /** The same, called so. */
    public ListenerOptions withName(String called) {
        return new ListenerOptions(called, host, port, path, tls, authRequired, networks, proxy, xclient);
    }

    /** The same, whose clients speak TLS then. */
    public ListenerOptions withTls(Tls when) {
        return new ListenerOptions(name, host, port, path, when, authRequired, networks, proxy, xclient);
    }

    /** The same, whose clients must, or need not, prove who they are. */
    public ListenerOptions withAuthRequired(boolean required) {
        return new ListenerOptions(name, host, port, path, tls, required, networks, proxy, xclient);
    }

    /** The same for clients of these networks alone. */
    public ListenerOptions withNetworks(Networks served) {
        return new ListenerOptions(name, host, port, path, tls, authRequired, served, proxy, xclient);
    }

    /** The same, whose connections from these networks begin with a PROXY header. */
    public ListenerOptions withProxy(Networks proxies) {
        return new ListenerOptions(name, host, port, path, tls, authRequired, networks, proxies, xclient);
    }

    /** The same, where clients of these networks may say XCLIENT. */
    public ListenerOptions withXclient(Networks trusted) {
        return new ListenerOptions(name, host, port, path, tls, authRequired, networks, proxy, trusted);
    }
}
