// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A user with an OAuth access token that a command prints. The command runs in a shell, on a thread of its own, once
 * for all connections that wait for it. Its token is used until it expires or a server refuses it. What the command
 * prints is never logged. Any thread.
 */
public final class TokenCommand implements CredentialSource {
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final long POLL_MILLIS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String user;
    private final String command;
    private final Duration limit;
    private final Clock clock;

    private @Nullable AccessToken token;
    private int uses;
    private @Nullable CompletableFuture<ClientCredentials> running;

    /** A command that may take 30 s. */
    public TokenCommand(String user, String command) {
        this(user, command, LIMIT, Clock.systemUTC());
    }

    TokenCommand(String user, String command, Duration limit, Clock clock) {
        this.user = user;
        this.command = command;
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<ClientCredentials> current(Executor workers) {
        AccessToken known = token;
        if (known != null && known.isUsable(clock.instant())) {
            uses++;
            return CompletableFuture.completedFuture(ClientCredentials.token(user, known.text()));
        }
        if (running == null) {
            var result = new CompletableFuture<ClientCredentials>();
            running = result;
            var thread = new Thread(() -> run(result), "boxcar-token");
            thread.setDaemon(true);
            thread.start();
        }
        return running;
    }

    @Override
    public String origin() {
        return "a command";
    }

    @Override
    public synchronized boolean rejected(ClientCredentials refused) {
        AccessToken known = token;
        boolean isThisOne = known != null && known.text().equals(refused.password());
        if (isThisOne) {
            token = null;
        }
        return isThisOne && uses > 0;
    }

    private void run(CompletableFuture<ClientCredentials> result) {
        try {
            AccessToken printed = AccessToken.parse(output(), clock.instant());
            finish(printed);
            result.complete(ClientCredentials.token(user, printed.text()));
        } catch (IOException e) {
            finish(null);
            result.completeExceptionally(e);
        } catch (IllegalArgumentException e) {
            finish(null);
            result.completeExceptionally(new IOException("the token command printed no token: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            finish(null);
            result.completeExceptionally(new IOException("the token command was interrupted"));
        }
    }

    private synchronized void finish(@Nullable AccessToken printed) {
        token = printed;
        uses = 0;
        running = null;
    }

    private String output() throws IOException, InterruptedException {
        var process = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var output = new ByteArrayOutputStream();
        long until = System.nanoTime() + limit.toNanos();
        try (InputStream in = process.getInputStream()) {
            boolean ended = false;
            while (!ended) {
                ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS); // then all of its output is there
                while (in.available() > 0 && output.size() < MAX_OUTPUT) {
                    output.writeBytes(in.readNBytes(Math.min(in.available(), MAX_OUTPUT)));
                }
                if (!ended && System.nanoTime() - until > 0) {
                    throw new IOException("the token command did not end within " + limit.toSeconds() + " s");
                }
                if (output.size() >= MAX_OUTPUT) {
                    throw new IOException("the token command printed more than " + MAX_OUTPUT + " bytes");
                }
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("the token command ended with status " + process.exitValue());
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "TokenCommand[user=" + user + "]";
    }
}
