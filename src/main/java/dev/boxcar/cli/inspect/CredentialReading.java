// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads credentials as a connection would. Blocks. */
final class CredentialReading {
    /** More than a command that prints a token may take. */
    private static final int MAX_SECONDS = 40;

    private CredentialReading() {}

    /** The credentials as they are now, or an IOException whose message is for people and has no secret. */
    static ClientCredentials read(CredentialSource source) throws IOException {
        try {
            return source.current(Runnable::run).toCompletableFuture().get(MAX_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("no credentials within " + MAX_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
