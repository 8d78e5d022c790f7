// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.async.tls.TlsSettings;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * That a server has TLS to offer (RFC 3207), said from its first session on, so that the answer to EHLO never changes;
 * the key and certificate may come later, and be renewed while it runs. Who asks before they are there waits, within a
 * bound of its own.
 *
 * <p>Any thread.
 */
public final class TlsOffer {
    /** Whether mail may come in clear. */
    public enum Need {
        /** A client may go over to TLS. */
        OPTIONAL,
        /** Without TLS a client is told to go over to it (RFC 3207 §4). */
        REQUIRED
    }

    private final Need need;
    private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
    private volatile @Nullable TlsSettings current;

    /** An offer that is not ready yet. */
    public TlsOffer(Need need) {
        this.need = need;
    }

    /** From now on handshakes are made with {@code tls}; those under way go on with what they began with. */
    public void ready(TlsSettings tls) {
        current = tls;
        settled.complete(true);
    }

    /** It will not be ready: who asks is told so (454), unless it became ready before. */
    public void unavailable() {
        settled.complete(false);
    }

    public boolean isRequired() {
        return need == Need.REQUIRED;
    }

    /** What to make handshakes with, or null where there is nothing. */
    @Nullable
    public TlsSettings current() {
        return current;
    }

    /** Runs {@code then} as soon as it is known what there is: at once, or on the thread that says it. */
    public void whenSettled(Consumer<Boolean> then) {
        if (settled.isDone()) {
            then.accept(current != null);
        } else {
            var unused = settled.thenAccept(then);
        }
    }
}
