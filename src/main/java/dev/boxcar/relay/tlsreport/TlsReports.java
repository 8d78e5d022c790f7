// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.relay.policy.https.HttpResponse;
import dev.boxcar.relay.policy.https.HttpsClient;
import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.path.Mailbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts TLS sessions, and sends each domain that asks for it a report about the day before (RFC 8460). Reports go out
 * during the first four hours of a day, each domain's at another minute. The counts are kept in a file, which is
 * written every minute.
 *
 * <p>{@link #ended} may be called on any thread and does not block; everything else happens on a thread of its own.
 */
public final class TlsReports implements TlsSessionResult.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReports.class);
    private static final Duration SPREAD = Duration.ofHours(4);
    /** A report that cannot be handed over is tried again until then (RFC 8460 §5.5). */
    private static final Duration GIVEN_UP_AFTER = Duration.ofHours(24);

    private static final Duration BETWEEN_TRIES = Duration.ofMinutes(15);
    private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration COMMIT_TIMEOUT = Duration.ofMinutes(1);
    private static final long FIRST_MILLIS = 2_000;
    private static final int MAX_RESPONSE = 64 * 1024;
    private static final int HTTPS = 443;
    private static final long CLOSE_SECONDS = 5;

    private final Parts parts;
    private final TlsStatistics statistics = new TlsStatistics();
    private final TlsStatisticsFile file;
    private final ScheduledThreadPoolExecutor thread;
    /** When a report that could not be handed over is tried again. Confined to the thread. */
    private final Map<DomainDay, Instant> notBefore = new HashMap<>();

    private long savedChanges;

    /**
     * What reports need.
     *
     * @param hostname the relay's name
     * @param contact the author of reports by mail, and whom domains may ask
     * @param queue takes reports by mail
     * @param https sends reports by HTTPS
     * @param policies the MTA-STS policies that sessions had to meet
     */
    public record Parts(
            String hostname,
            Mailbox contact,
            RelayQueue queue,
            NameService names,
            HttpsClient https,
            StsPolicy.Source policies,
            InstantSource clock) {}

    private TlsReports(Parts parts, Path file) {
        this.parts = parts;
        this.file = new TlsStatisticsFile(file);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            var made = new Thread(task, "boxcar-tls-report");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Reads the counts of earlier runs, and begins.
     *
     * @param file where the counts are kept
     * @param pause how often the counts are written, and due reports are sent
     */
    public static TlsReports open(Parts parts, Path file, Duration pause) {
        var reports = new TlsReports(parts, file);
        reports.file.readInto(reports.statistics);
        reports.savedChanges = reports.statistics.changes();
        var unused = reports.thread.scheduleWithFixedDelay(
                reports::work, Math.min(FIRST_MILLIS, pause.toMillis()), pause.toMillis(), TimeUnit.MILLISECONDS);
        return reports;
    }

    // ---- counting

    @Override
    public void ended(TlsSessionResult result) {
        LocalDate day = today();
        if (!result.policy().equals(AppliedPolicy.UNKNOWN_STS) || isOfFetch(result)) {
            statistics.count(day, result);
            return;
        }
        parts.policies().policyOf(result.domain()).whenComplete((policy, unexpected) -> {
            AppliedPolicy applied = policy == null ? AppliedPolicy.UNKNOWN_STS : AppliedPolicy.of(policy);
            statistics.count(day, new TlsSessionResult(result.domain(), applied, result.failure()));
        });
    }

    /** Whether the policy could not be fetched, so that it is not known which it is. */
    private static boolean isOfFetch(TlsSessionResult result) {
        TlsSessionResult.Failure failure = result.failure();
        return failure != null
                && switch (failure.type()) {
                    case STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID -> true;
                    case STARTTLS_NOT_SUPPORTED,
                            CERTIFICATE_HOST_MISMATCH,
                            CERTIFICATE_EXPIRED,
                            CERTIFICATE_NOT_TRUSTED,
                            VALIDATION_FAILURE,
                            TLSA_INVALID,
                            DNSSEC_INVALID -> false;
                };
    }

    private LocalDate today() {
        return LocalDate.ofInstant(parts.clock().instant(), ZoneOffset.UTC);
    }

    // ---- on the thread

    private void work() {
        try {
            for (DomainDay at : statistics.before(today())) {
                if (thread.isShutdown()) {
                    break;
                }
                if (isDue(at)) {
                    report(at);
                }
            }
            save();
        } catch (RuntimeException e) {
            LOG.error("reports about TLS cannot be sent", e);
        }
    }

    private boolean isDue(DomainDay at) {
        Instant now = parts.clock().instant();
        return !now.isBefore(at.end().plusSeconds(spread(at.domain(), parts.hostname())))
                && !now.isBefore(notBefore.getOrDefault(at, Instant.MIN));
    }

    /** After how many seconds of the day a domain gets its report from the relay of this name. */
    static long spread(String domain, String hostname) {
        var sum = new CRC32();
        sum.update((domain + " " + hostname).getBytes(US_ASCII));
        return sum.getValue() % SPREAD.toSeconds();
    }

    private void report(DomainDay at) {
        try {
            List<ReportDestination> destinations = destinations(at.domain());
            if (!destinations.isEmpty()) {
                var report = new TlsReport(at, parts.hostname(), parts.contact().toString(), statistics.of(at));
                handOver(report, destinations);
            }
            forget(at);
        } catch (IOException e) {
            Instant now = parts.clock().instant();
            if (now.isAfter(at.end().plus(GIVEN_UP_AFTER))) {
                LOG.warn("domain={} day={} the report about TLS is given up: {}", at.domain(), at.day(), reason(e));
                forget(at);
            } else {
                LOG.info("domain={} day={} no report about TLS yet: {}", at.domain(), at.day(), reason(e));
                notBefore.put(at, now.plus(BETWEEN_TRIES));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reason(IOException e) {
        return String.valueOf(e.getMessage());
    }

    private void forget(DomainDay at) {
        statistics.remove(at);
        notBefore.remove(at);
    }

    private List<ReportDestination> destinations(String domain) throws IOException, InterruptedException {
        Answer<String> answer =
                await(parts.names().texts("_smtp._tls." + domain).toCompletableFuture(), LOOK_UP_TIMEOUT);
        if (answer.status() == Status.FAILED) {
            throw new IOException("cannot look up _smtp._tls." + domain + ": " + answer.reason());
        }
        return ReportDestination.of(answer.values());
    }

    /** RFC 8460 §3: one destination that takes the report is enough; the domain's order counts. */
    private void handOver(TlsReport report, List<ReportDestination> destinations)
            throws IOException, InterruptedException {
        IOException last = null;
        for (ReportDestination destination : destinations) {
            try {
                Mailbox mailbox = destination.mailbox();
                URI url = destination.url();
                if (mailbox != null) {
                    queue(new TlsReportMail(report, mailbox));
                } else if (url != null) {
                    post(report, url);
                }
                LOG.info(
                        "domain={} day={} report about TLS sent to {}",
                        report.at().domain(),
                        report.at().day(),
                        destination);
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
    }

    private void queue(TlsReportMail mail) throws IOException, InterruptedException {
        Instant now = parts.clock().instant();
        var outcome = new CompletableFuture<CommitOutcome>();
        parts.queue().append(mail.envelope(now), mail.content(now), Runnable::run, outcome::complete);
        if (await(outcome, COMMIT_TIMEOUT) != CommitOutcome.STORED) {
            throw new IOException("the report cannot be stored");
        }
    }

    /** RFC 8460 §5.4. */
    private void post(TlsReport report, URI url) throws IOException {
        byte[] body = report.gzip();
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        int port = url.getPort() < 0 ? HTTPS : url.getPort();
        String header = "POST " + path + query + " HTTP/1.1\r\nHost: " + url.getHost()
                + (port == HTTPS ? "" : ":" + port)
                + "\r\nUser-Agent: boxcar\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        var request = new ByteArrayOutputStream();
        request.writeBytes(header.getBytes(US_ASCII));
        request.writeBytes(body);
        HttpResponse response = parts.https().exchange(url.getHost(), port, request.toByteArray(), MAX_RESPONSE);
        if (response.status() / 100 != 2) {
            throw new IOException(url.getHost() + " replied " + response.status());
        }
    }

    private static <T> T await(CompletableFuture<T> future, Duration time) throws IOException, InterruptedException {
        try {
            return future.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no answer in time", e);
        }
    }

    private void save() {
        long changes = statistics.changes();
        if (changes == savedChanges) {
            return;
        }
        try {
            file.write(statistics.all());
            savedChanges = changes;
        } catch (IOException e) {
            LOG.error("counts of TLS sessions cannot be stored: {}", e.toString());
        }
    }

    /** Stops, and writes the counts. */
    @Override
    public void close() {
        try {
            thread.execute(this::save);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed twice");
        }
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
