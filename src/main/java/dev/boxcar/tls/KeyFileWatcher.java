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
 * Checks key files regularly, and passes on a new context when they have changed and are valid. If they are invalid,
 * the old context stays in use, and one warning per change says why. Runs one daemon thread until {@link #close}.
 */
public final class KeyFileWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFileWatcher.class);
    /** The time between two checks. */
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final KeyFiles files;
    private final Consumer<SSLContext> onContext;
    private final ScheduledExecutorService thread;
    /** The files' state at the last check. Confined to the thread once it runs. */
    private List<Object> lastStamp;

    private KeyFileWatcher(KeyFiles files, Consumer<SSLContext> onContext, List<Object> stamp) {
        this.files = files;
        this.onContext = onContext;
        this.lastStamp = stamp;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            var daemon = new Thread(task, "boxcar-tls-renewal");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * Passes the context of the files to {@code onContext} now, and a new one whenever they have changed.
     *
     * @throws KeyFileException if they are invalid now
     */
    public static KeyFileWatcher begin(KeyFiles files, Consumer<SSLContext> onContext) throws KeyFileException {
        return begin(files, onContext, INTERVAL);
    }

    static KeyFileWatcher begin(KeyFiles files, Consumer<SSLContext> onContext, Duration interval)
            throws KeyFileException {
        List<Object> stamp = files.stamp(); // before reading them, so that no change in between is missed
        onContext.accept(files.context());
        var watcher = new KeyFileWatcher(files, onContext, stamp);
        var unused = watcher.thread.scheduleWithFixedDelay(
                watcher::check, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return watcher;
    }

    private void check() {
        List<Object> stamp = files.stamp();
        if (stamp.equals(lastStamp)) {
            return;
        }
        lastStamp = stamp;
        try {
            onContext.accept(files.context());
            LOG.info("certificate={} reloaded", files.chain());
        } catch (KeyFileException e) {
            LOG.warn("the old certificate stays in use: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the old certificate stays in use", e);
        }
    }

    /** Stops checking. Closing again has no effect. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
