// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address of this machine from which the relay connects to other servers.
 *
 * @param helo the name that goes with it in EHLO; empty for the relay's name
 */
public record SourceAddress(InetAddress address, String helo) {

    /**
     * The first of these addresses that can reach a server; null if there is none of the server's family, and the
     * system chooses.
     */
    public static @Nullable SourceAddress to(InetAddress server, List<SourceAddress> addresses) {
        for (SourceAddress one : addresses) {
            if (one.address.getClass() == server.getClass()) { // both IPv4, or both IPv6
                return one;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + (helo.isEmpty() ? "" : "=" + helo);
    }
}
