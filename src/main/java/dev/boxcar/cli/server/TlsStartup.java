// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.server;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.KeyFileWatcher;
import dev.boxcar.tls.KeyFiles;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads TLS on a background thread while the server is already listening, because loading takes longer than the rest of
 * the start. A client that asks for TLS before it is loaded waits. Afterwards a {@link KeyFileWatcher} watches the key
 * files for changes.
 */
public final class TlsStartup implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsStartup.class);

    private final TlsOffer offer;
    private final Callable<KeyFiles> files;

    private TlsStartup(TlsOffer offer, Callable<KeyFiles> files) {
        this.offer = offer;
        this.files = files;
    }

    /** Starts the thread, which calls {@code files}. */
    public static void begin(TlsOffer offer, Callable<KeyFiles> files) {
        var thread = new Thread(new TlsStartup(offer, files), "tls");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            KeyFiles ready = files.call();
            KeyFileWatcher.begin(ready, context -> offer.ready(TlsSettings.server(context)));
            LOG.info("TLS is ready certificate={}", ready.chain());
        } catch (IOException e) {
            LOG.warn("TLS is not available, STARTTLS gets 454: {}", e.getMessage());
            offer.unavailable();
        } catch (Exception e) {
            LOG.error("TLS is not available, STARTTLS gets 454", e);
            offer.unavailable();
        } catch (Error e) {
            offer.unavailable(); // clients that wait for TLS get their reply
            throw e;
        }
    }
}
