// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the addresses of hosts on helper threads, since the JDK's look-up blocks. Confined to the loop thread. */
final class Names implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Names.class);
    /** A dead name server holds each of them for seconds. */
    private static final int HELPERS = 8;

    private final EventLoop loop;
    private final ExecutorService helpers = Executors.newFixedThreadPool(HELPERS, task -> {
        var thread = new Thread(task, "names");
        thread.setDaemon(true);
        return thread;
    });

    Names(EventLoop loop) {
        this.loop = loop;
    }

    /** Tells the loop, in a later turn, of the address or why there is none. */
    void lookUp(InetSocketAddress address, Consumer<InetSocketAddress> found, Consumer<IOException> failed) {
        helpers.execute(() -> {
            try {
                var host = InetAddress.getByName(address.getHostString());
                tell(() -> found.accept(new InetSocketAddress(host, address.getPort())));
            } catch (UnknownHostException e) {
                tell(() -> failed.accept(e));
            }
        });
    }

    private void tell(Runnable answer) {
        try {
            loop.execute(answer);
        } catch (RejectedExecutionException e) {
            LOG.debug("an address came too late: {}", e.getMessage());
        }
    }

    /** Why something failed, for a line that names what. */
    static String reasonOf(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "no such host";
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    @Override
    public void close() {
        helpers.shutdownNow();
    }
}
