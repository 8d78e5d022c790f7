// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential.oauth;

import dev.boxcar.relay.credential.AccessToken;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OAuth access token that an OAuth server renews. It is renewed some minutes before it expires, while connections
 * still use the old one, and at once when a mail server refuses it. There is one renewal at a time. After a failure the
 * OAuth server is left alone for 10 s, doubling to 10 min, or for 10 min if it refused the request; a changed file is
 * tried at once. A new refresh token replaces the one in the file. Any thread.
 */
public final class RenewedToken implements CredentialSource {
    private static final Logger LOG = LoggerFactory.getLogger(RenewedToken.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final int PART_LEFT = 4;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final int MAX_DOUBLINGS = 6;

    /** A refresh token that the server gave in place of another one, and that could not be saved. */
    private record Unsaved(String before, String after) {}

    /** Why the last renewal of an account failed, and until when it is not tried again. */
    private record Failure(OAuthAccount account, IOException cause, Instant until, int count) {}

    private final OAuthAccountFile file;
    private final OAuthHttp http;
    private final Clock clock;

    private @Nullable AccessToken token;
    private String user = "";
    private Instant renewal = Instant.MAX;
    private int uses;
    private @Nullable CompletableFuture<ClientCredentials> running;
    private @Nullable Failure failure;
    private @Nullable Unsaved unsaved;

    /** The token of the account in this file. */
    public RenewedToken(OAuthAccountFile file) {
        this(file, new OAuthHttp(LIMIT), Clock.systemUTC());
    }

    RenewedToken(OAuthAccountFile file, OAuthHttp http, Clock clock) {
        this.file = file;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public String origin() {
        return file.path().toString();
    }

    @Override
    public synchronized CompletionStage<ClientCredentials> current(Executor workers) {
        AccessToken known = token;
        Instant now = clock.instant();
        if (known != null && known.isUsable(now)) {
            uses++;
            boolean mayAsk = failure == null || !now.isBefore(failure.until());
            if (running == null && mayAsk && !now.isBefore(renewal)) {
                start(new CompletableFuture<>());
            }
            return CompletableFuture.completedFuture(ClientCredentials.token(user, known.text()));
        }
        CompletableFuture<ClientCredentials> awaited = running;
        if (awaited == null) {
            awaited = new CompletableFuture<>();
            start(awaited);
        }
        return awaited;
    }

    @Override
    public synchronized boolean rejected(ClientCredentials refused) {
        AccessToken known = token;
        if (known == null || !known.text().equals(refused.password())) {
            return true; // another connection was refused before, and a renewal has begun or is over
        }
        token = null;
        return uses > 0;
    }

    private void start(CompletableFuture<ClientCredentials> result) {
        running = result;
        var thread = new Thread(() -> renew(result), "boxcar-oauth");
        thread.setDaemon(true);
        thread.start();
    }

    private void renew(CompletableFuture<ClientCredentials> result) {
        try {
            ClientCredentials made = file.exclusively(this::renewed);
            result.complete(made);
        } catch (IOException e) {
            over(result, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over(result, new IOException("the renewal was interrupted"));
        } catch (RuntimeException | Error e) { // an error too, because connections wait for the result
            LOG.error("oauth file={} no new token", file.path(), e);
            over(result, new IOException("internal error: " + e.getClass().getSimpleName()));
        }
    }

    private void over(CompletableFuture<ClientCredentials> result, IOException cause) {
        synchronized (this) {
            running = null;
        }
        result.completeExceptionally(cause);
    }

    private ClientCredentials renewed() throws IOException, InterruptedException {
        OAuthAccount account = account();
        checkPause(account);
        Instant now = clock.instant();
        AccessToken made;
        try {
            Map<String, String> answer = http.post(account.tokenUrl(), account.tokenRequest());
            made = AccessToken.of(answer, now);
            save(account, answer.getOrDefault("refresh_token", ""));
        } catch (IllegalArgumentException e) {
            OAuthException nothing = OAuthException.failure(
                    "the OAuth server " + account.tokenUrl().getHost() + " gave " + e.getMessage());
            pause(account, nothing, false);
            throw nothing;
        } catch (OAuthException e) {
            pause(account, e, e.isRefusal());
            throw e;
        }
        LOG.info("oauth user={} has a new token, which expires={}", account.user(), made.expires());
        return use(account, made, now);
    }

    private synchronized ClientCredentials use(OAuthAccount account, AccessToken made, Instant now) {
        Instant expires = made.expires();
        if (expires == null) {
            renewal = Instant.MAX;
        } else {
            Duration part = Duration.between(now, expires).dividedBy(PART_LEFT);
            renewal = expires.minus(part.compareTo(EARLY) < 0 ? part : EARLY);
        }
        token = made;
        user = account.user();
        uses = 0;
        failure = null;
        running = null;
        return ClientCredentials.token(user, made.text());
    }

    /** The account in the file, with the newest refresh token. */
    private OAuthAccount account() throws IOException {
        OAuthAccount read = file.read();
        synchronized (this) {
            Unsaved pending = unsaved;
            if (pending != null && read.refreshToken().equals(pending.before())) {
                return read.withRefreshToken(pending.after());
            }
            unsaved = null; // somebody has logged in anew
            return read;
        }
    }

    private synchronized void checkPause(OAuthAccount account) throws IOException {
        Failure last = failure;
        Instant now = clock.instant();
        if (last != null && last.account().equals(account) && now.isBefore(last.until())) {
            throw new IOException(last.cause().getMessage() + "; it is asked again in "
                    + Math.max(1, Duration.between(now, last.until()).toSeconds()) + " s");
        }
    }

    private synchronized void pause(OAuthAccount account, IOException cause, boolean isRefusal) {
        LOG.warn("oauth user={} no new token: {}", account.user(), cause.getMessage());
        Failure last = failure;
        int count = last != null && last.account().equals(account) ? last.count() + 1 : 0;
        Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(count, MAX_DOUBLINGS));
        Duration wait = isRefusal || doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
        failure = new Failure(account, cause, clock.instant().plus(wait), count);
    }

    /** Keeps the refresh token that the server gave in place of the old one, if it did (RFC 6749 §6). */
    private void save(OAuthAccount account, String given) {
        Unsaved pending = unsaved();
        String newest = given.isEmpty() ? account.refreshToken() : given;
        String inFile = pending == null ? account.refreshToken() : pending.before();
        if (newest.equals(inFile)) {
            return;
        }
        try {
            file.write(account.withRefreshToken(newest));
            setUnsaved(null);
        } catch (IOException e) {
            LOG.warn(
                    "oauth file={} the new refresh token cannot be saved, and is lost at the next restart: {}",
                    file.path(),
                    String.valueOf(e));
            setUnsaved(new Unsaved(inFile, newest));
        }
    }

    private synchronized @Nullable Unsaved unsaved() {
        return unsaved;
    }

    private synchronized void setUnsaved(@Nullable Unsaved now) {
        unsaved = now;
    }

    @Override
    public String toString() {
        return "RenewedToken[file=" + file.path() + "]";
    }
}
