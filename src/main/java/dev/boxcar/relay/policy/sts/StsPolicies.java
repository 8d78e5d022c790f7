// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.StsPolicy;
import java.io.IOException;
import java.net.IDN;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the MTA-STS policies of domains (RFC 8461): by a TXT record, which names the version of the policy, and by
 * HTTPS if that version is not known yet.
 *
 * <p>A policy is kept for its max_age, also across restarts, and fetched again before that ends if mail was sent by it.
 * A kept policy counts while the record or the policy server cannot be reached; without one, such a domain has no
 * policy. Any thread may ask. {@link #close} stops the threads.
 */
public final class StsPolicies implements StsPolicy.Source, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StsPolicies.class);
    private static final int MAX_FETCHES = 32;
    private static final int MAX_ENTRIES = 20_000;
    /** How long threads without work are kept. */
    private static final long IDLE_SECONDS = 10;
    /** RFC 8461 §3.3 suggests five minutes between attempts to fetch a policy that cannot be fetched. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

    private static final Duration BETWEEN_REFRESHES = Duration.ofHours(1);

    private final NameService names;
    private final StsPolicyFetch fetch;
    private final InstantSource clock;
    private final StsPolicyFile file;
    private final boolean keeps;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor fetches;
    private final ScheduledThreadPoolExecutor upkeep;
    private volatile TlsSessionResult.Listener results = TlsSessionResult.Listener.NONE;

    /** What is known of a domain. Guarded by itself. */
    private static final class Known {
        private @Nullable StsEntry entry;
        private @Nullable CompletableFuture<StsPolicy> inProgress;
        /** Nothing is looked up or fetched before. */
        private Instant notBefore = Instant.MIN;

        private Instant nextRefresh = Instant.MIN;
        private Instant used = Instant.MIN;
    }

    private StsPolicies(NameService names, StsPolicyFetch fetch, Path file, InstantSource clock, boolean keeps) {
        this.keeps = keeps;
        this.names = names;
        this.fetch = fetch;
        this.clock = clock;
        this.file = new StsPolicyFile(file);
        fetches = new ThreadPoolExecutor(
                0, MAX_FETCHES, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), StsPolicies::thread);
        upkeep = new ScheduledThreadPoolExecutor(1, StsPolicies::thread);
    }

    /**
     * Reads the file, and begins to keep policies in it.
     *
     * @param refresh how often policies are looked through for those that end
     */
    public static StsPolicies open(
            NameService names, StsPolicyFetch fetch, Path file, InstantSource clock, Duration refresh) {
        boolean keeps = true;
        var policies = new StsPolicies(names, fetch, file, clock, keeps);
        policies.load();
        var unused = policies.upkeep.scheduleWithFixedDelay(
                policies::refresh, refresh.toMillis(), refresh.toMillis(), TimeUnit.MILLISECONDS);
        return policies;
    }

    /** Reads the file, and changes nothing in it: for a command that looks at the policies of a relay that may run. */
    public static StsPolicies reading(NameService names, StsPolicyFetch fetch, Path file, InstantSource clock) {
        boolean keeps = false;
        var policies = new StsPolicies(names, fetch, file, clock, keeps);
        policies.load();
        return policies;
    }

    /** Tells this listener of each policy that cannot be fetched. */
    public void reportTo(TlsSessionResult.Listener listener) {
        results = listener;
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "boxcar-mta-sts");
        thread.setDaemon(true);
        return thread;
    }

    private void load() {
        Instant now = clock.instant();
        for (StsEntry entry : file.read()) {
            if (entry.end().isAfter(now)) {
                var loaded = new Known();
                loaded.entry = entry;
                loaded.nextRefresh = entry.refresh();
                loaded.used = entry.fetched();
                known.put(entry.domain(), loaded);
            }
        }
    }

    // ---- asking

    @Override
    public CompletionStage<StsPolicy> policyOf(String domain) {
        String name;
        try {
            name = IDN.toASCII(domain).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedStage(StsPolicy.NONE);
        }
        Known about = known.computeIfAbsent(name, none -> new Known());
        CompletableFuture<StsPolicy> result;
        synchronized (about) {
            about.used = clock.instant();
            if (about.inProgress != null) {
                return about.inProgress;
            }
            if (about.used.isBefore(about.notBefore)) {
                return CompletableFuture.completedStage(kept(about));
            }
            result = new CompletableFuture<>();
            about.inProgress = result;
        }
        names.texts("_mta-sts." + name).whenComplete((answer, unexpected) -> looked(name, about, answer));
        return result;
    }

    /** The policy that counts without asking: the kept one, until it ends. */
    private StsPolicy kept(Known about) {
        StsEntry entry = about.entry;
        return entry == null || !entry.end().isAfter(clock.instant()) ? StsPolicy.NONE : entry.policy();
    }

    private void looked(String domain, Known about, @Nullable Answer<String> answer) {
        String id = answer != null && answer.status() == Status.FOUND ? StsRecord.id(answer.values()) : null;
        StsEntry entry;
        synchronized (about) {
            entry = about.entry;
        }
        boolean isKnown = id != null
                && entry != null
                && entry.id().equals(id)
                && entry.end().isAfter(clock.instant());
        if (isKnown) {
            finish(about, Duration.ZERO);
        } else if (id == null) {
            finish(about, AFTER_FAILURE);
        } else {
            fetch(domain, about, id);
        }
    }

    private void fetch(String domain, Known about, String id) {
        try {
            fetches.execute(() -> {
                boolean isFetched = false;
                try {
                    isFetched = fetchNow(domain, about, id);
                } finally { // mail waits for this
                    finish(about, isFetched ? Duration.ZERO : AFTER_FAILURE);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.warn("domain={} the MTA-STS policy is not fetched: too many are being fetched", domain);
            finish(about, Duration.ZERO);
        }
    }

    /** Fetches the policy and keeps it. Returns whether that succeeded. */
    private boolean fetchNow(String domain, Known about, String id) {
        try {
            StsPolicy policy = fetch.fetch(domain);
            var entry = new StsEntry(domain, id, clock.instant(), policy);
            synchronized (about) {
                about.entry = entry;
                about.nextRefresh = entry.refresh();
            }
            LOG.info(
                    "domain={} MTA-STS policy fetched mode={} id={}",
                    domain,
                    policy.mode().text(),
                    id);
            if (keeps) {
                upkeep.execute(this::save);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("domain={} the MTA-STS policy cannot be fetched: {}", domain, e.toString());
            results.ended(new TlsSessionResult(
                    domain,
                    AppliedPolicy.UNKNOWN_STS,
                    new TlsSessionResult.Failure(
                            StsFetchException.typeOf(e), "", "", "", String.valueOf(e.getMessage()))));
            return false;
        }
    }

    private void finish(Known about, Duration pause) {
        CompletableFuture<StsPolicy> waiting;
        StsPolicy policy;
        synchronized (about) {
            about.notBefore = clock.instant().plus(pause);
            waiting = about.inProgress;
            about.inProgress = null;
            policy = kept(about);
        }
        if (waiting != null) {
            waiting.complete(policy);
        }
    }

    // ---- upkeep, on its thread

    private void refresh() {
        try {
            Instant now = clock.instant();
            known.forEach((domain, about) -> refresh(domain, about, now));
            if (known.size() > MAX_ENTRIES) {
                known.values()
                        .removeIf(about -> isUnknown(about, now)); // a domain that is asked for again is looked up
            }
        } catch (RuntimeException e) {
            LOG.error("MTA-STS policies cannot be refreshed", e);
        }
    }

    private void refresh(String domain, Known about, Instant now) {
        StsEntry entry;
        synchronized (about) {
            entry = about.entry;
            boolean isUsed =
                    entry != null && about.used.plus(entry.policy().maxAge()).isAfter(now);
            if (entry == null || !isUsed || now.isBefore(about.nextRefresh)) {
                return;
            }
            about.nextRefresh = now.plus(BETWEEN_REFRESHES);
        }
        String keptId = entry.id();
        names.texts("_mta-sts." + domain).whenComplete((answer, unexpected) -> {
            String id = answer != null && answer.status() == Status.FOUND ? StsRecord.id(answer.values()) : null;
            try {
                fetches.execute(() -> fetchNow(domain, about, id == null ? keptId : id));
            } catch (RejectedExecutionException e) {
                LOG.debug("domain={} not refreshed now: too many policies are being fetched", domain);
            }
        });
    }

    private boolean isUnknown(Known about, Instant now) {
        synchronized (about) {
            return about.inProgress == null
                    && (about.entry == null || !about.entry.end().isAfter(now));
        }
    }

    private void save() {
        Instant now = clock.instant();
        List<StsEntry> entries = known.values().stream()
                .map(StsPolicies::entry)
                .filter(entry -> entry != null && entry.end().isAfter(now))
                .toList();
        try {
            file.write(entries);
        } catch (IOException e) {
            LOG.error("MTA-STS policies cannot be stored: {}", e.toString());
        }
    }

    private static @Nullable StsEntry entry(Known about) {
        synchronized (about) {
            return about.entry;
        }
    }

    /** Stops fetching. What was fetched is stored. */
    @Override
    public void close() {
        fetches.shutdownNow();
        upkeep.shutdown();
        try {
            upkeep.awaitTermination(IDLE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
