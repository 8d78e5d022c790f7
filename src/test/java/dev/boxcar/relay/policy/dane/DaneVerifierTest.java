// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.dane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.relay.TestAuthority;
import dev.boxcar.relay.TestAuthority.Issued;
import dev.boxcar.relay.route.NameService.Tlsa;
import java.io.IOException;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7672 §3, RFC 7671 §5, RFC 6698 §2.1. Each case is a handshake with a real server. */
class DaneVerifierTest {
    private static final String HOST = "mx.there.example";

    private static TestAuthority authority;
    private static Issued right;
    private static Issued wrongName;
    private static Issued expired;

    @BeforeAll
    static void issueCertificates() throws Exception {
        authority = new TestAuthority("authority of there.example");
        right = authority.issue(HOST);
        wrongName = authority.issue("other.example");
        expired = authority.issueUntil(Instant.now().minus(Duration.ofHours(1)), HOST);
    }

    private static Tlsa record(int usage, int selector, int matching, X509Certificate certificate) throws Exception {
        byte[] selected = selector == 0
                ? certificate.getEncoded()
                : certificate.getPublicKey().getEncoded();
        byte[] data = switch (matching) {
            case 1 -> MessageDigest.getInstance("SHA-256").digest(selected);
            case 2 -> MessageDigest.getInstance("SHA-512").digest(selected);
            default -> selected;
        };
        return new Tlsa(usage, selector, matching, HexFormat.of().formatHex(data));
    }

    private static void connect(SSLContext server, Tlsa... records) throws Exception {
        TlsaSet expected = TlsaSet.of(HOST, List.of(records));
        assertThat(expected.records()).isNotEmpty();
        try (var listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> accepting = CompletableFuture.runAsync(() -> {
                try (var accepted = (SSLSocket) listening.accept()) {
                    accepted.startHandshake();
                } catch (IOException e) {
                    // the client says why
                }
            });
            try (var client = (SSLSocket) DaneVerifier.context(expected)
                    .getSocketFactory()
                    .createSocket(listening.getInetAddress(), listening.getLocalPort())) {
                client.startHandshake();
            }
            accepting.join();
        }
    }

    private static void assertAccepted(Issued server, Tlsa... records) throws Exception {
        connect(server.serverContext(), records);
    }

    private static void assertRefused(Issued server, String reason, Tlsa... records) {
        assertThatThrownBy(() -> connect(server.serverContext(), records)).hasStackTraceContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void theServersOwnCertificateMatches(int selector, int matching) throws Exception {
        assertAccepted(right, record(3, selector, matching, right.certificate()));
        assertRefused(right, "matches no TLSA record", record(3, selector, matching, wrongName.certificate()));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"})
    void theAuthorityOfTheServerMatches(int selector, int matching) throws Exception {
        assertAccepted(right, record(2, selector, matching, authority.certificate()));
        X509Certificate other = new TestAuthority("another").certificate();
        assertRefused(right, "matches no TLSA record", record(2, selector, matching, other));
    }

    @Test
    void namesAndDatesDoNotCountForTheServersOwnCertificate() throws Exception { // RFC 7671 §5.1
        assertAccepted(wrongName, record(3, 1, 1, wrongName.certificate()));
        assertAccepted(expired, record(3, 1, 1, expired.certificate()));
    }

    @Test
    void namesAndDatesCountBelowAnAuthority() throws Exception { // RFC 7672 §3.1.2
        assertRefused(wrongName, "has none of the names", record(2, 0, 1, authority.certificate()));
        assertRefused(expired, "matches no TLSA record", record(2, 0, 1, authority.certificate()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anAuthorityThatTheRecordHasNeedNotBeSent(int selector) throws Exception { // RFC 7671 §5.2
        SSLContext alone = right.serverContext(right.certificate());
        connect(alone, record(2, selector, 0, authority.certificate()));
        assertThatThrownBy(() -> connect(alone, record(2, selector, 1, authority.certificate())))
                .hasStackTraceContaining("matches no TLSA record");
        X509Certificate other = new TestAuthority("authority of there.example").certificate();
        assertThatThrownBy(() -> connect(alone, record(2, selector, 0, other)))
                .hasStackTraceContaining("matches no TLSA record");
    }

    @Test
    void oneMatchingRecordOfSeveralIsEnough() throws Exception {
        assertAccepted(right, record(3, 1, 1, wrongName.certificate()), record(3, 1, 1, right.certificate()));
    }

    @Test
    void aWildcardStandsForOneLabel() throws Exception {
        Tlsa record = record(2, 0, 1, authority.certificate());
        assertAccepted(authority.issue("*.there.example"), record);
        assertRefused(authority.issue("*.example"), "has none of the names", record);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 1, 32",
        "1, 0, 1, 32",
        "4, 0, 1, 32",
        "3, 2, 1, 32",
        "3, 0, 3, 32",
        "3, 0, 1, 31",
        "3, 0, 2, 32",
        "3, 0, 0, 9",
        "3, 1, 0, 9"
    })
    void recordsThatCannotBeUsedAreLeftOut(int usage, int selector, int matching, int bytes) {
        var record = new Tlsa(usage, selector, matching, "00".repeat(bytes));
        assertThat(TlsaSet.of(HOST, List.of(record)).records()).isEmpty();
    }

    @Test
    void ofTwoDigestsTheStrongerCounts() throws Exception { // RFC 7671 §9
        Tlsa weaker = record(3, 1, 1, right.certificate());
        Tlsa stronger = record(3, 1, 2, wrongName.certificate());
        assertRefused(right, "matches no TLSA record", weaker, stronger);
    }
}
