// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The hosts that are this relay: its name, and the addresses and ports that it listens at. Mail that would go there
 * would come back. Any thread.
 */
public final class OwnHosts {
    private final String hostname;
    private final Set<InetSocketAddress> listeners;

    /** The relay of this name with these listeners. */
    public OwnHosts(String hostname, Set<InetSocketAddress> listeners) {
        this.hostname = hostname.toLowerCase(Locale.ROOT);
        this.listeners = Set.copyOf(listeners);
    }

    boolean include(String name) {
        return name.toLowerCase(Locale.ROOT).equals(hostname);
    }

    boolean listenAt(int port) {
        return listeners.stream().anyMatch(listener -> listener.getPort() == port);
    }

    boolean include(String name, int port, List<InetAddress> addresses) {
        return include(name) || addresses.stream().anyMatch(address -> include(address, port));
    }

    private boolean include(InetAddress address, int port) {
        return listeners.stream()
                .anyMatch(listener -> listener.getPort() == port
                        && (address.isAnyLocalAddress() // a connection to 0.0.0.0 goes to this machine
                                || listener.getAddress().equals(address)
                                || (listener.getAddress().isAnyLocalAddress() && isLocal(address))));
    }

    private static boolean isLocal(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
