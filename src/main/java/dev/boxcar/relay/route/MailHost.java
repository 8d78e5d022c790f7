// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

/**
 * A server that takes mail, by its name; its addresses are looked up when a connection is opened.
 *
 * @param name a host name, or an IP address without brackets
 * @param preference the lowest is tried first (RFC 5321 §5.1)
 * @param weight how often it comes first among the hosts of the same preference, in proportion; at least 1
 */
public record MailHost(String name, int port, int preference, int weight) {
    /** The port for implicit TLS (RFC 8314 §7.3). */
    public static final int SUBMISSIONS = 465;

    public MailHost {
        if (port < 1 || port > 65535 || weight < 1 || name.isEmpty()) {
            throw new IllegalArgumentException("invalid mail host: " + name + ":" + port + " weight " + weight);
        }
    }

    /** A host without alternatives. */
    public static MailHost of(String name, int port) {
        return new MailHost(name, port, 0, 1);
    }

    /** Whether TLS starts with the first byte. */
    public boolean isImplicitTls() {
        return port == SUBMISSIONS;
    }

    @Override
    public String toString() {
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
    }
}
