// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.boxcar.relay.FixedNames;
import dev.boxcar.relay.TestAuthority;
import dev.boxcar.relay.policy.https.HttpsClient;
import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.policy.outcome.TlsSessionResult.Failure;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.relay.queue.TlsDemandField;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.memory.MemorySpool;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting and sending of reports (RFC 8460), with a clock that the test sets. */
class TlsReportsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final Instant NEXT_MIDNIGHT = Instant.parse("2026-11-30T00:00:00Z");
    private static final Instant NEXT_MORNING = Instant.parse("2026-11-30T04:00:00Z");
    private static final StsPolicy STS =
            new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.there.example", "*.mail.example"), Duration.ofDays(7));
    private static final Failure EXPIRED = new Failure(
            TlsFailureType.CERTIFICATE_EXPIRED, "mx.there.example", "192.0.2.1", "192.0.2.7", "NotAfter: yesterday");

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final FixedNames names = new FixedNames();
    private final MemorySpool spool = new MemorySpool(MemorySpool.capacityThatFits());
    private final SpoolRelayQueue queue = new SpoolRelayQueue(spool, 1_000);
    private final TestAuthority authority = authority();
    private TlsReports reports;

    private static TestAuthority authority() {
        try {
            return new TestAuthority("public authority");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private TlsReports open() {
        var parts = new TlsReports.Parts(
                "relay.example",
                Mailbox.parse("postmaster@sender.example"),
                queue,
                names,
                new HttpsClient(names, authority::trustingContext, Duration.ofSeconds(10)),
                domain -> CompletableFuture.completedStage(STS),
                now::get);
        return TlsReports.open(parts, directory.resolve("tls-report"), Duration.ofMillis(20));
    }

    @BeforeEach
    void begin() {
        reports = open();
    }

    @AfterEach
    void close() {
        reports.close();
        spool.close();
    }

    private void count(AppliedPolicy policy, @Nullable Failure failure, int sessions) {
        for (int i = 0; i < sessions; i++) {
            reports.ended(new TlsSessionResult("There.Example", policy, failure));
        }
    }

    private String queued() throws Exception {
        await().atMost(LIMIT).until(() -> spool.ids().size() == 1);
        QueuedMail mail = Objects.requireNonNull(queue.read(spool.ids().get(0)));
        assertThat(TlsDemandField.of(mail.envelope())).isEqualTo(TlsDemand.WAIVED);
        assertThat(mail.envelope().reversePath().isNull()).isTrue();
        assertThat(mail.envelope().forwardPaths()).hasToString("[<tls+reports@there.example>]");
        try (InputStream in = mail.open()) {
            return new String(in.readAllBytes(), ISO_8859_1);
        }
    }

    private static String unzipped(byte[] gzip) throws Exception {
        return new String(new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes(), UTF_8);
    }

    private static String report(String message) throws Exception {
        String start = "Content-Type: application/tlsrpt+gzip";
        String part = message.substring(message.indexOf(start));
        String base64 = part.substring(part.indexOf("\r\n\r\n") + 4, part.lastIndexOf("\r\n--"));
        return unzipped(Base64.getMimeDecoder().decode(base64));
    }

    private void assertNothingIsSentFor(Duration time) {
        await().pollDelay(time).atMost(LIMIT).until(() -> spool.ids().isEmpty());
    }

    // ---- by mail

    @Test
    void aDomainThatAsksForItGetsAReportOfTheDayByMail() throws Exception {
        names.text("_smtp._tls.there.example", "v=TLSRPTv1; rua=mailto:tls+reports@there.example");
        count(AppliedPolicy.UNKNOWN_STS, null, 3);
        count(AppliedPolicy.UNKNOWN_STS, EXPIRED, 2);
        count(AppliedPolicy.ofTlsa(List.of("3 0 1 abcd")), null, 1);
        now.set(NEXT_MORNING);

        String message = queued();
        String id = message.replaceAll("(?s).*\r\nMessage-ID: <([0-9a-f-]+)@relay.example>\r\n.*", "$1");
        assertThat(message)
                .contains("\r\nTLS-Report-Domain: there.example\r\n", "\r\nTLS-Report-Submitter: relay.example\r\n")
                .contains("Content-Type: multipart/report; report-type=\"tlsrpt\";")
                .contains("Subject: Report Domain: there.example\r\n Submitter: relay.example\r\n Report-ID: <" + id)
                .contains("From: TLS reports of relay.example <postmaster@sender.example>\r\n")
                .contains("\r\nTLS-Required: No\r\n")
                .contains("filename=\"relay.example!there.example!1795910400!1795996799!");
        assertThat(report(message))
                .isEqualTo("{\"organization-name\":\"sender.example\",\"date-range\":{"
                        + "\"start-datetime\":\"2026-11-29T00:00:00Z\",\"end-datetime\":\"2026-11-29T23:59:59Z\"},"
                        + "\"contact-info\":\"postmaster@sender.example\",\"report-id\":\"" + id + "\",\"policies\":["
                        + "{\"policy\":{\"policy-type\":\"sts\",\"policy-string\":[\"version: STSv1\",\"mode: enforce\","
                        + "\"mx: mx.there.example\",\"mx: *.mail.example\",\"max_age: 604800\"],"
                        + "\"policy-domain\":\"there.example\",\"mx-host\":[\"mx.there.example\",\"*.mail.example\"]},"
                        + "\"summary\":{\"total-successful-session-count\":3,\"total-failure-session-count\":2},"
                        + "\"failure-details\":[{\"result-type\":\"certificate-expired\",\"sending-mta-ip\":\"192.0.2.7\","
                        + "\"receiving-mx-hostname\":\"mx.there.example\",\"receiving-ip\":\"192.0.2.1\","
                        + "\"failed-session-count\":2,\"failure-reason-code\":\"NotAfter: yesterday\"}]},"
                        + "{\"policy\":{\"policy-type\":\"tlsa\",\"policy-string\":[\"3 0 1 abcd\"],"
                        + "\"policy-domain\":\"there.example\"},"
                        + "\"summary\":{\"total-successful-session-count\":1,\"total-failure-session-count\":0}}]}");
    }

    @Test
    void noReportIsSentBeforeTheDayIsOverAndReportsAreSpreadOverFourHours() throws Exception {
        names.text("_smtp._tls.there.example", "v=TLSRPTv1;rua=mailto:tls+reports@there.example");
        count(AppliedPolicy.NONE, null, 1);
        now.set(NEXT_MIDNIGHT.minusMillis(1));
        assertNothingIsSentFor(Duration.ofMillis(200));

        var seconds = new ArrayList<Long>();
        for (int i = 0; i < 1_000; i++) {
            seconds.add(TlsReports.spread("d" + i + ".example", "relay.example"));
        }
        assertThat(seconds).allMatch(second -> second >= 0 && second < 14_400);
        for (int hour = 0; hour < 4; hour++) {
            long from = hour * 3_600L;
            assertThat(seconds.stream().filter(second -> second >= from && second < from + 3_600))
                    .hasSizeBetween(180, 320);
        }
        long own = TlsReports.spread("there.example", "relay.example");
        now.set(NEXT_MIDNIGHT.plusSeconds(own - 1));
        assertNothingIsSentFor(Duration.ofMillis(200));
        now.set(NEXT_MIDNIGHT.plusSeconds(own));
        assertThat(report(queued())).contains("\"policy-type\":\"no-policy-found\"");
    }

    @Test
    void theCountsSurviveARestart() throws Exception {
        count(AppliedPolicy.UNKNOWN_STS, EXPIRED, 1);
        count(AppliedPolicy.UNKNOWN_STS, null, 1);
        reports.close();
        assertThat(Files.readString(directory.resolve("tls-report")))
                .startsWith("boxcar tls-report 1\n2026-11-29 there.example sts version%3A+STSv1,mode%3A+enforce,");
        names.text("_smtp._tls.there.example", "v=TLSRPTv1; rua=mailto:tls%2Breports@there.example");
        reports = open();
        count(AppliedPolicy.UNKNOWN_STS, EXPIRED, 1);
        now.set(NEXT_MORNING);

        assertThat(report(queued()))
                .contains("\"total-successful-session-count\":1,\"total-failure-session-count\":2")
                .contains("\"failure-reason-code\":\"NotAfter: yesterday\"");
        await().atMost(LIMIT)
                .until(() -> !Files.readString(directory.resolve("tls-report")).contains("there.example"));
    }

    @Test
    void aDamagedFileIsNotFatal() throws Exception {
        reports.close();
        Files.writeString(directory.resolve("tls-report"), "boxcar tls-report 1\n2026-11-29 a.example what\n");
        reports = open();
        names.text("_smtp._tls.there.example", "v=TLSRPTv1; rua=mailto:tls+reports@there.example");
        count(AppliedPolicy.NONE, null, 1);
        now.set(NEXT_MORNING);
        assertThat(queued()).contains("there.example");
    }

    @Test
    void aDomainThatDoesNotAskGetsNoReportAndIsForgotten() {
        count(AppliedPolicy.NONE, null, 1);
        now.set(NEXT_MORNING);
        await().atMost(LIMIT)
                .until(() -> Files.exists(directory.resolve("tls-report"))
                        && !Files.readString(directory.resolve("tls-report")).contains("there.example"));
        assertThat(spool.ids()).isEmpty();
    }

    @Test
    void aLookUpThatFailsIsRepeated() throws Exception {
        names.noText("_smtp._tls.there.example", Status.FAILED);
        count(AppliedPolicy.NONE, null, 1);
        now.set(NEXT_MORNING);
        assertNothingIsSentFor(Duration.ofMillis(300));

        names.text("_smtp._tls.there.example", "v=TLSRPTv1; rua=mailto:tls+reports@there.example");
        assertNothingIsSentFor(Duration.ofMillis(200)); // the next try is a quarter of an hour later
        now.set(NEXT_MORNING.plus(Duration.ofMinutes(16)));
        assertThat(queued()).contains("there.example");
    }

    @Test
    void aFetchOfAPolicyThatFailsIsCountedWithoutThePolicy() throws Exception {
        names.text("_smtp._tls.there.example", "v=TLSRPTv1; rua=mailto:tls+reports@there.example");
        for (TlsFailureType type : List.of(
                TlsFailureType.STS_POLICY_FETCH_ERROR,
                TlsFailureType.STS_POLICY_INVALID,
                TlsFailureType.STS_WEBPKI_INVALID)) {
            count(AppliedPolicy.UNKNOWN_STS, new Failure(type, "", "", "", "bad"), 1);
        }
        now.set(NEXT_MORNING);
        assertThat(report(queued()))
                .contains("{\"policy-type\":\"sts\",\"policy-domain\":\"there.example\"}")
                .contains("{\"result-type\":\"sts-policy-fetch-error\",\"failed-session-count\":1,")
                .contains("sts-policy-invalid", "sts-webpki-invalid");
    }

    // ---- by HTTPS

    private HttpsServer server(AtomicInteger failures, List<Map.Entry<String, byte[]>> received) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(authority.issue("reports.there.example").serverContext()));
        server.createContext("/tls", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = failures.getAndDecrement() > 0 ? 503 : 201;
            if (status == 201) {
                received.add(Map.entry(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                                + exchange.getRequestHeaders().getFirst("Content-Type"),
                        body));
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        names.host("reports.there.example", "127.0.0.1")
                .text(
                        "_smtp._tls.there.example",
                        "v=TLSRPTv1; rua=https://reports.there.example:"
                                + server.getAddress().getPort() + "/tls?a=b");
        return server;
    }

    @Test
    void aDomainMayGetItsReportByHttpsAndARefusedOneIsSentAgain() throws Exception {
        List<Map.Entry<String, byte[]>> received = new CopyOnWriteArrayList<>();
        HttpsServer server = server(new AtomicInteger(1), received);
        try {
            count(AppliedPolicy.NONE, null, 1);
            now.set(NEXT_MORNING);
            await().pollDelay(Duration.ofMillis(300)).atMost(LIMIT).until(received::isEmpty);
            now.set(NEXT_MORNING.plus(Duration.ofMinutes(16)));
            await().atMost(LIMIT).until(() -> !received.isEmpty());
            assertThat(received.get(0).getKey()).isEqualTo("POST /tls?a=b application/tlsrpt+gzip");
            assertThat(unzipped(received.get(0).getValue())).contains("\"policy-domain\":\"there.example\"");
            assertThat(spool.ids()).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aReportThatNobodyTakesIsGivenUpAfterADay() throws Exception {
        List<Map.Entry<String, byte[]>> received = new CopyOnWriteArrayList<>();
        var failures = new AtomicInteger(1_000);
        HttpsServer server = server(failures, received);
        try {
            count(AppliedPolicy.NONE, null, 1);
            now.set(NEXT_MIDNIGHT.plus(Duration.ofHours(25)));
            await().atMost(LIMIT).until(() -> failures.get() < 1_000);
            await().atMost(LIMIT)
                    .until(() -> Files.exists(directory.resolve("tls-report"))
                            && !Files.readString(directory.resolve("tls-report"))
                                    .contains("there.example"));
            assertThat(received).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    // ---- bounds

    @Test
    void noMoreDomainsPoliciesAndFailuresAreKeptThanTheBounds() {
        var statistics = new TlsStatistics();
        LocalDate day = LocalDate.parse("2026-11-29");
        for (int i = 0; i < TlsStatistics.MAX_DOMAINS + 50; i++) {
            statistics.count(day, new TlsSessionResult("d" + i + ".example", AppliedPolicy.NONE, null));
        }
        assertThat(statistics.all()).hasSize(TlsStatistics.MAX_DOMAINS);
        for (int i = 0; i < 30; i++) {
            statistics.count(day, new TlsSessionResult("d1.example", AppliedPolicy.ofTlsa(List.of("r" + i)), null));
        }
        var at = new DomainDay(day, "d1.example");
        assertThat(statistics.of(at)).hasSize(10);
        for (int i = 0; i < 200; i++) {
            var failure = new Failure(TlsFailureType.VALIDATION_FAILURE, "mx" + i, "", "", "x".repeat(1_000));
            statistics.count(day, new TlsSessionResult("d1.example", AppliedPolicy.NONE, failure));
        }
        PolicyCounts counts = Objects.requireNonNull(statistics.of(at).get(AppliedPolicy.NONE));
        assertThat(counts.failureCount()).isEqualTo(200);
        assertThat(counts.failures()).hasSize(51);
        assertThat(counts.failures().keySet())
                .allMatch(failure -> failure.reason().length() <= 200);
    }

    @Test
    void aDomainThatCannotHaveARecordIsNotCounted() {
        var statistics = new TlsStatistics();
        for (String domain : List.of("[127.0.0.1]", "localhost", "a b.example", "x\r\ny.example", "")) {
            statistics.count(LocalDate.EPOCH, new TlsSessionResult(domain, AppliedPolicy.NONE, null));
        }
        assertThat(statistics.all()).isEmpty();
    }
}
