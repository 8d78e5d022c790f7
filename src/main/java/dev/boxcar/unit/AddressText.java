// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Writes socket addresses the way people do. */
public final class AddressText {
    private AddressText() {}

    /** An address as text: {@code 127.0.0.1:1025}, {@code [::1]:1025}, {@code unix:/run/smtp}. */
    public static String of(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? of(inet) : "unix:" + address;
    }

    /** An internet address as text: {@code 127.0.0.1:1025}, {@code [::1]:1025}. */
    public static String of(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (!(host instanceof Inet6Address)) {
            return host.getHostAddress() + ":" + address.getPort();
        }
        String name = host.isLoopbackAddress() ? "::1" : host.isAnyLocalAddress() ? "::" : host.getHostAddress();
        return "[" + name + "]:" + address.getPort();
    }
}
