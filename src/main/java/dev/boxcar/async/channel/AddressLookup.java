// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.channel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Looks up the addresses of a host name on a worker while the channel waits. Confined to the loop thread. */
public final class AddressLookup {
    private final InetSocketAddress unresolved;
    private InetAddress @Nullable [] addresses;
    private @Nullable IOException failure;

    private AddressLookup(InetSocketAddress unresolved) {
        this.unresolved = unresolved;
    }

    /**
     * Starts the look-up of the host of {@code unresolved} on {@code workers}. When it is done, {@code loop} runs
     * {@code whenDone}.
     *
     * @throws IOException if the workers are too busy
     */
    public static AddressLookup start(InetSocketAddress unresolved, Executor workers, Executor loop, Runnable whenDone)
            throws IOException {
        var lookup = new AddressLookup(unresolved);
        try {
            workers.execute(() -> {
                Runnable storeResult = lookup.lookUp();
                executeIfOpen(loop, () -> {
                    storeResult.run();
                    whenDone.run();
                });
            });
        } catch (RejectedExecutionException e) {
            throw new IOException("cannot look up " + unresolved.getHostString() + ": all workers are busy", e);
        }
        return lookup;
    }

    /** Runs on a worker. Returns a task that stores the result, for the loop to run. */
    private Runnable lookUp() {
        try {
            InetAddress[] found = InetAddress.getAllByName(unresolved.getHostString());
            return () -> addresses = found;
        } catch (IOException e) {
            return () -> failure = e;
        } catch (RuntimeException e) {
            return () -> failure = new IOException("could not look up " + unresolved.getHostString(), e);
        }
    }

    private static void executeIfOpen(Executor loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // the loop is closed, and the channel with it
        }
    }

    boolean isDone() {
        return addresses != null || failure != null;
    }

    /**
     * The first address that a socket of {@code family} can connect to, or the first address if {@code family} is null.
     * Call only when done.
     *
     * @throws IOException if the look-up failed or found no such address
     */
    InetSocketAddress address(@Nullable ProtocolFamily family) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (addresses != null) {
            for (InetAddress address : addresses) {
                if (address instanceof Inet4Address || family != StandardProtocolFamily.INET) {
                    return new InetSocketAddress(address, unresolved.getPort());
                }
            }
        }
        throw new UnknownHostException(unresolved.getHostString() + " has no address of family " + family);
    }

    /** The host and port of the look-up. */
    @Override
    public String toString() {
        return unresolved.getHostString() + ":" + unresolved.getPort();
    }
}
