// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses without ever asking a name service. Any thread. */
public final class IpAddressText {
    private static final Pattern IPV4 =
            Pattern.compile("(?:OCTET\\.){3}OCTET".replace("OCTET", "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"));
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");

    private IpAddressText() {}

    /**
     * The address; null for anything else, such as a name, an address in brackets, one with a zone, or a short form of
     * an IPv4 address.
     */
    public static @Nullable InetAddress parse(String text) {
        if (!IPV6.matcher(text).matches() && !IPV4.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text); // never a look-up: only a text that is not an address is looked up
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
