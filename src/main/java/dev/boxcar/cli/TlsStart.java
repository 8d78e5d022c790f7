// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.KeyFileWatcher;
import dev.boxcar.tls.KeyFiles;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes TLS ready while the server listens already, on a thread of its own: what the JDK needs for it takes longer than
 * all else of the start. Then the files are watched. Who asks before it is ready waits.
 */
final class TlsStart implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsStart.class);

    private final TlsOffer offer;
    private final Callable<KeyFiles> files;

    private TlsStart(TlsOffer offer, Callable<KeyFiles> files) {
        this.offer = offer;
        this.files = files;
    }

    /** Begins; {@code files} may take its time. */
    static void begin(TlsOffer offer, Callable<KeyFiles> files) {
        var thread = new Thread(new TlsStart(offer, files), "tls");
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
            LOG.warn("there is no TLS, STARTTLS is answered 454: {}", e.getMessage());
            offer.unavailable();
        } catch (Exception e) {
            LOG.error("there is no TLS, STARTTLS is answered 454", e);
            offer.unavailable();
        } catch (Error e) {
            offer.unavailable(); // whoever waits for it is told, whatever becomes of this thread
            throw e;
        }
    }
}
