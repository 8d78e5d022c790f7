// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.crash;

import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client on its own thread that deletes acknowledged messages over the web until the server has exited. */
final class Deleter {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI web;
    private final Ledger ledger;
    private final Thread thread;
    private volatile @Nullable Throwable unexpected;

    Deleter(URI web, Ledger ledger) {
        this.web = web;
        this.ledger = ledger;
        this.thread = new Thread(this::run, "deleter");
    }

    void start() {
        thread.start();
    }

    /** Stops the deletions and waits for the thread to end. */
    void join() throws InterruptedException {
        ledger.endDeletions();
        thread.join(60_000);
        if (thread.isAlive()) {
            throw new AssertionError("the deleter keeps running after the server has exited");
        }
        if (unexpected != null) {
            throw new AssertionError("the deleter failed", unexpected);
        }
    }

    private void run() {
        var client = HttpClient.newHttpClient();
        try {
            for (Ulid id = ledger.toDelete(); id != null; id = ledger.toDelete()) {
                var request = HttpRequest.newBuilder(web.resolve("api/boxcar/v1/messages/" + id))
                        .timeout(TIMEOUT)
                        .DELETE()
                        .build();
                int status = client.send(request, BodyHandlers.discarding()).statusCode();
                if (status != 204) {
                    throw new IllegalStateException(id + " was acknowledged; its deletion is answered " + status);
                }
                ledger.deleted(id);
            }
        } catch (IOException e) {
            // the server was killed; an unanswered deletion may have happened or not
        } catch (InterruptedException | RuntimeException | Error e) {
            unexpected = e;
        }
    }
}
