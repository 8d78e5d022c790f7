// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at key files now and then, and hands over a new context when they have changed and are good. While they are
 * not, the old one stays, and a warning says why, once for each change. Has one thread, a daemon; {@link #close} ends
 * it.
 */
public final class KeyFileWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFileWatcher.class);
    /** How long a change may go unseen. */
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final KeyFiles files;
    private final Consumer<SSLContext> whom;
    private final ScheduledExecutorService thread;
    /** Confined to the thread once it runs. */
    private List<Object> seen;

    private KeyFileWatcher(KeyFiles files, Consumer<SSLContext> whom, List<Object> seen) {
        this.files = files;
        this.whom = whom;
        this.seen = seen;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            var made = new Thread(task, "boxcar-tls-renewal");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Hands the context of the files over now, and a new one whenever they have changed.
     *
     * @throws BadKeyFile if they are not good now
     */
    public static KeyFileWatcher begin(KeyFiles files, Consumer<SSLContext> whom) throws KeyFileException {
        return begin(files, whom, INTERVAL);
    }

    static KeyFileWatcher begin(KeyFiles files, Consumer<SSLContext> whom, Duration interval) throws KeyFileException {
        List<Object> seen = files.stamp(); // before they are read: a change meanwhile is seen later
        whom.accept(files.context());
        var renewal = new KeyFileWatcher(files, whom, seen);
        var unused = renewal.thread.scheduleWithFixedDelay(
                renewal::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return renewal;
    }

    private void look() {
        List<Object> stamp = files.stamp();
        if (stamp.equals(seen)) {
            return;
        }
        seen = stamp;
        try {
            whom.accept(files.context());
            LOG.info("certificate={} renewed", files.chain());
        } catch (KeyFileException e) {
            LOG.warn("the certificate stays the old one: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the certificate stays the old one", e);
        }
    }

    /** Looks no more. Again is harmless. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
