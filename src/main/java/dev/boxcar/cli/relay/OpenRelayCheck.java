// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds networks that are so wide that the relay would serve strangers. */
final class OpenRelayCheck {
    private static final int WIDEST_V4 = 8;
    private static final int WIDEST_V6 = 32;

    private OpenRelayCheck() {}

    /** The first network that includes strangers; null if there is none. */
    static @Nullable String tooWide(List<String> networks) {
        for (String network : networks) {
            if (network.equals("all") || isTooWide(network)) {
                return network;
            }
        }
        return null;
    }

    private static boolean isTooWide(String network) {
        int slash = network.indexOf('/');
        InetAddress address = slash < 0 ? null : IpAddressText.parse(network.substring(0, slash));
        if (address == null) {
            return false;
        }
        int bits = Networks.number(network.substring(slash + 1), 128);
        boolean isPrivate = address.isSiteLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress();
        return !isPrivate && bits < (address.getAddress().length == 4 ? WIDEST_V4 : WIDEST_V6);
    }

    /** Whether clients of other machines reach this listener. */
    static boolean isReachable(ListenerOptions listener) {
        if (!listener.path().isEmpty() || listener.host().equals("localhost")) {
            return false;
        }
        InetAddress address = IpAddressText.parse(listener.host());
        return address == null || !address.isLoopbackAddress();
    }
}
