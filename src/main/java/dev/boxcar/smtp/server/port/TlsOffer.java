// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.async.tls.TlsSettings;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server's offer of TLS (RFC 3207). The offer is fixed from the first session on, so that the reply to EHLO never
 * changes. The key and certificate may be loaded later, and be replaced while the server runs; a session that needs
 * them before they are loaded waits, up to a timeout.
 *
 * <p>Any thread.
 */
public final class TlsOffer {
    /** Whether mail is accepted in clear. */
    public enum Need {
        /** A client may use STARTTLS. */
        OPTIONAL,
        /** A client must use STARTTLS before it sends mail (530, RFC 3207 §4). */
        REQUIRED
    }

    private final Need need;
    private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
    private volatile @Nullable TlsSettings current;

    /** An offer whose key is not loaded yet. */
    public TlsOffer(Need need) {
        this.need = need;
    }

    /** Uses these settings for new handshakes. Handshakes in progress keep the former ones. */
    public void ready(TlsSettings tls) {
        current = tls;
        settled.complete(true);
    }

    /** The key will not be loaded: STARTTLS gets 454, unless a key was loaded before. */
    public void unavailable() {
        settled.complete(false);
    }

    public boolean isRequired() {
        return need == Need.REQUIRED;
    }

    /** The settings for new handshakes, or null if no key is loaded. */
    @Nullable
    public TlsSettings current() {
        return current;
    }

    /**
     * Tells {@code listener} whether TLS is available, as soon as that is known: at once, or later on the thread that
     * loads the key.
     */
    public void whenSettled(Consumer<Boolean> listener) {
        if (settled.isDone()) {
            listener.accept(current != null);
        } else {
            var unused = settled.thenAccept(listener);
        }
    }

    /** Waits until it is known whether TLS is available, at most this long. Returns whether it is available. */
    public boolean await(Duration timeout) throws InterruptedException {
        try {
            settled.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return false; // loading takes longer, or will never end
        }
        return current != null;
    }
}
