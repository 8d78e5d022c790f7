// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.unit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The host of a listener as people write it: {@code localhost} means both loopback addresses with the same port, any
 * other name or address means one address. Any thread.
 */
public final class ListenHost {
    /** A port that is free on one loopback address may be in use on the other; then another port is tried. */
    private static final int MAX_TRIES = 20;

    private static final int LAST_RESERVED_PORT = 1023;

    private ListenHost() {}

    /**
     * Opens and closes listeners.
     *
     * @param <L> the type of a listener
     */
    public interface Opener<L> {
        /** Opens a listener at this address; port 0 takes a free port. */
        L open(InetSocketAddress address) throws IOException;

        /** The port that a listener really has. */
        int port(L listener) throws IOException;

        /** Closes a listener that was opened in vain. */
        void close(L listener) throws IOException;
    }

    /**
     * Opens a listener at each address of {@code host}.
     *
     * @param port 0 takes a free port, the same for both loopback addresses
     * @throws IOException whose message is one line that says what prevents it; then no listener is open
     */
    public static <L> List<L> open(String host, int port, Opener<L> opener) throws IOException {
        if (!host.equals("localhost")) {
            return List.of(open(new InetSocketAddress(resolve(host), port), opener));
        }
        for (int tries = 1; ; tries++) {
            try {
                return openAtLoopbacks(port, opener);
            } catch (IOException e) {
                if (port != 0 || tries == MAX_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The host that stands for all addresses of this machine: those of both families, if it has IPv6. */
    public static String ofAllAddresses() {
        try {
            return isLocal(resolve("::1")) ? "::" : "0.0.0.0";
        } catch (IOException e) {
            return "0.0.0.0";
        }
    }

    private static InetAddress resolve(String host) throws IOException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException("cannot listen on " + host + ": no such host", e);
        }
    }

    private static <L> List<L> openAtLoopbacks(int port, Opener<L> opener) throws IOException {
        var opened = new ArrayList<L>();
        opened.add(open(new InetSocketAddress(resolve("127.0.0.1"), port), opener));
        InetAddress ipv6 = resolve("::1");
        if (!isLocal(ipv6)) {
            return opened; // this machine has no IPv6
        }
        try {
            opened.add(open(new InetSocketAddress(ipv6, opener.port(opened.get(0))), opener));
            return opened;
        } catch (IOException e) {
            opener.close(opened.get(0));
            throw e;
        }
    }

    private static <L> L open(InetSocketAddress address, Opener<L> opener) throws IOException {
        try {
            return opener.open(address);
        } catch (IOException e) {
            String reason = isInUse(e, address) ? "the port is in use" : String.valueOf(e.getMessage());
            throw new IOException("cannot listen on " + AddressText.of(address) + ": " + reason, e);
        }
    }

    /**
     * Whether the port is in use. The system's own message may be in any language; but if an unreserved port of a local
     * address cannot be bound, then it is in use.
     */
    private static boolean isInUse(IOException e, InetSocketAddress address) throws IOException {
        return e instanceof BindException && address.getPort() > LAST_RESERVED_PORT && isLocal(address.getAddress());
    }

    private static boolean isLocal(InetAddress address) throws IOException {
        return address.isAnyLocalAddress() || NetworkInterface.getByInetAddress(address) != null;
    }
}
