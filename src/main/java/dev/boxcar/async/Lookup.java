// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The addresses behind a name, which a helper asks for while the channel waits. Confined to the loop thread. */
final class Lookup {
    private final InetSocketAddress wanted;
    private InetAddress @Nullable [] found;
    private @Nullable IOException failure;

    private Lookup(InetSocketAddress wanted) {
        this.wanted = wanted;
    }

    /**
     * Has a helper look up the host of {@code wanted}; the channel is looked at again when it has.
     *
     * @throws IOException if the helpers have no room for it
     */
    static Lookup begin(InetSocketAddress wanted, Dispatcher channel) throws IOException {
        var lookup = new Lookup(wanted);
        EventLoop loop = channel.loop();
        try {
            loop.workers().execute(() -> {
                Runnable answer = lookup.ask();
                tell(loop, () -> {
                    answer.run();
                    channel.interestChanged();
                });
            });
        } catch (RejectedExecutionException e) {
            throw new IOException("nobody can look up " + wanted.getHostString(), e);
        }
        return lookup;
    }

    /** Runs on a helper; gives back what notes the answer. */
    private Runnable ask() {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(wanted.getHostString());
            return () -> found = addresses;
        } catch (IOException e) {
            return () -> failure = e;
        } catch (RuntimeException e) {
            return () -> failure = new IOException("could not look up " + wanted.getHostString(), e);
        }
    }

    private static void tell(EventLoop loop, Runnable answer) {
        try {
            loop.execute(answer);
        } catch (RejectedExecutionException e) {
            // the loop is closed, and the channel with it
        }
    }

    boolean isAnswered() {
        return found != null || failure != null;
    }

    /**
     * The first address that a socket of {@code family} can connect to; of any if there is no socket yet. Ask when
     * answered.
     */
    InetSocketAddress address(@Nullable ProtocolFamily family) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (found != null) {
            for (InetAddress address : found) {
                if (address instanceof Inet4Address || family != StandardProtocolFamily.INET) {
                    return new InetSocketAddress(address, wanted.getPort());
                }
            }
        }
        throw new UnknownHostException(wanted.getHostString() + " has no address of family " + family);
    }

    /** Whose addresses are asked for. */
    @Override
    public String toString() {
        return wanted.getHostString() + ":" + wanted.getPort();
    }
}
