// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import dev.boxcar.api.PublicApi;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of addresses, written as networks: {@code 192.0.2.0/24}, {@code 2001:db8::/32}, {@code ::1}. Clients of a
 * Unix-domain socket have no address; they are in the network {@code local}. Names are never looked up. Immutable; any
 * thread.
 */
@PublicApi
public final class Networks {
    /** The network of the clients of Unix-domain sockets. */
    private static final String LOCAL = "local";

    /** All clients. */
    public static final Networks ALL = new Networks(List.of(), true, true);
    /** No client. */
    public static final Networks NONE = new Networks(List.of(), false, false);

    /** The addresses that begin with these bits. */
    private static final class Network {
        private final byte[] address;
        private final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            for (int i = 0; i < whole; i++) {
                if (other[i] != address[i]) {
                    return false;
                }
            }
            int rest = bits % Byte.SIZE;
            return rest == 0
                    || (other[whole] & 0xFF) >> (Byte.SIZE - rest) == (address[whole] & 0xFF) >> (Byte.SIZE - rest);
        }
    }

    private final List<Network> networks;
    private final boolean all;
    private final boolean local;

    private Networks(List<Network> networks, boolean all, boolean local) {
        this.networks = networks;
        this.all = all;
        this.local = local;
    }

    /**
     * The set of these networks, each an address, an address and a number of bits, {@code local} or {@code all}.
     *
     * @throws IllegalArgumentException whose message names the invalid text
     */
    public static Networks of(List<String> texts) {
        var networks = new ArrayList<Network>();
        boolean all = false;
        boolean local = false;
        for (String text : texts) {
            switch (text) {
                case "all" -> all = true;
                case LOCAL -> local = true;
                default -> networks.add(network(text));
            }
        }
        return new Networks(List.copyOf(networks), all, all || local);
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpAddressText.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is not a network such as 192.0.2.0/24, ::1 or local");
        }
        byte[] bytes = address.getAddress();
        int maximum = bytes.length * Byte.SIZE;
        int bits = slash < 0 ? maximum : number(text.substring(slash + 1), maximum);
        if (bits < 0) {
            throw new IllegalArgumentException("'" + text + "' needs a number of bits from 0 to " + maximum);
        }
        return new Network(bytes, bits);
    }

    /** Reads a decimal number without sign or leading zeros; returns -1 if it is invalid or over the maximum. */
    public static int number(String digits, int maximum) {
        boolean plain = digits.matches("0|[1-9][0-9]{0,8}");
        int number = plain ? Integer.parseInt(digits) : -1;
        return number > maximum ? -1 : number;
    }

    /** Whether the address is in this set; null stands for a client of a Unix-domain socket. */
    public boolean contain(@Nullable InetAddress address) {
        if (all) {
            return true;
        } else if (address == null) {
            return local;
        }
        byte[] bytes = address.getAddress();
        for (Network network : networks) {
            if (network.contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a client whose address is unknown is in this set: only if all clients are. */
    public boolean containUnknown() {
        return all;
    }

    /** Whether no client is in this set. */
    public boolean areEmpty() {
        return !all && !local && networks.isEmpty();
    }
}
