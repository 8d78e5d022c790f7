// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

/**
 * A server that takes mail, by its name; its addresses are looked up when a connection is opened.
 *
 * @param name a host name, an IP address without brackets, or the path of a Unix-domain socket
 * @param port 1 to 65535; 0 for a Unix-domain socket
 * @param preference the lowest is tried first (RFC 5321 §5.1)
 * @param weight how often it comes first among the hosts of the same preference, in proportion; at least 1
 */
public record MailHost(String name, int port, int preference, int weight) {
    /** The port for implicit TLS (RFC 8314 §7.3). */
    public static final int SUBMISSIONS = 465;

    public MailHost {
        boolean validPort = name.startsWith("/") ? port == 0 : port >= 1 && port <= 65535;
        if (!validPort || weight < 1 || name.isEmpty()) {
            throw new IllegalArgumentException("invalid mail host: " + name + ":" + port + " weight " + weight);
        }
    }

    /** A host without alternatives. */
    public static MailHost of(String name, int port) {
        return new MailHost(name, port, 0, 1);
    }

    /** A Unix-domain socket. */
    public static MailHost atSocket(String path) {
        return new MailHost(path, 0, 0, 1);
    }

    /** Whether this is a Unix-domain socket, whose path is the name. */
    public boolean isSocket() {
        return port == 0;
    }

    /** Whether TLS starts with the first byte. */
    public boolean isImplicitTls() {
        return port == SUBMISSIONS;
    }

    @Override
    public String toString() {
        if (isSocket()) {
            return name;
        }
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
}
