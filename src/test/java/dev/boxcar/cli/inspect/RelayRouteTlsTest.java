// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.TestAuthority;
import dev.boxcar.relay.dns.SignedZone;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;

/** {@code relay route} explains the TLS policies of a domain, with answers from a signed zone. */
@Timeout(120)
class RelayRouteTlsTest {
    private static final int TTL = 300;
    private static final String DIGEST = "00".repeat(32);

    @TempDir
    Path directory;

    private SignedZone zone;

    @BeforeEach
    void serve() throws Exception {
        zone = new SignedZone()
                .add(mx("there.example.", "mx.there.example."))
                .add(address("mx.there.example."))
                .add(tlsa("_25._tcp.mx.there.example.", 3))
                .add(mx("authority.example.", "mx.authority.example."))
                .add(address("mx.authority.example."))
                .add(tlsa("_25._tcp.mx.authority.example.", 2))
                .add(mx("broken.example.", "mx.broken.example."))
                .add(address("mx.broken.example."))
                .add(tlsa("_25._tcp.mx.broken.example.", 3))
                .add(mx("unsigned.example.", "mx.unsigned.example."))
                .add(address("mx.unsigned.example."))
                .add(mx("sts.example.", "mx.sts.example."))
                .add(mx("sts.example.", "other.example."))
                .add(address("mx.sts.example."))
                .add(address("other.example."))
                .add(address("mta-sts.sts.example."))
                .add(new TXTRecord(name("_mta-sts.sts.example."), DClass.IN, TTL, "v=STSv1; id=1;"))
                .forge("_25._tcp.mx.broken.example.");
    }

    @AfterEach
    void stop() throws Exception {
        zone.close();
    }

    private static Name name(String text) throws Exception {
        return Name.fromString(text);
    }

    private static MXRecord mx(String domain, String host) throws Exception {
        return new MXRecord(name(domain), DClass.IN, TTL, 10, name(host));
    }

    private static ARecord address(String host) throws Exception {
        return new ARecord(name(host), DClass.IN, TTL, InetAddress.getByName("127.0.0.1"));
    }

    private static TLSARecord tlsa(String name, int usage) throws Exception {
        return new TLSARecord(name(name), DClass.IN, TTL, usage, 1, 1, new byte[32]);
    }

    private Boxcar.Outcome route(String recipient, String... more) {
        InetSocketAddress server = zone.address().get(0);
        var arguments = new ArrayList<>(List.of(
                "relay",
                "route",
                "--smtp=127.0.0.1:2525",
                "--spool=" + directory.resolve("spool"),
                "--dns=127.0.0.1:" + server.getPort(),
                recipient));
        arguments.addAll(List.of(more));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new));
    }

    private Boxcar.Outcome validated(String recipient, String... more) throws Exception {
        Path anchors = Files.writeString(directory.resolve("anchors"), zone.anchor());
        var all = new ArrayList<>(List.of(more));
        all.addAll(List.of("--dnssec=validate", "--dnssec-anchors=" + anchors));
        return route(recipient, all.toArray(String[]::new));
    }

    @Test
    void tlsaRecordsThatAreProvenAreShown() throws Exception {
        Boxcar.Outcome outcome = validated("bob@there.example");
        assertThat(outcome.out())
                .contains("MTA-STS      the domain has no policy")
                .contains("DANE         DNSSEC proves the names of the servers")
                .contains("to mx.there.example DANE: TLS with a certificate that matches 3 1 1 " + DIGEST
                        + System.lineSeparator())
                .contains("REQUIRETLS   DANE: TLS with a certificate that matches 3 1 1 " + DIGEST
                        + ", if the server offers REQUIRETLS");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void theNamesOfACertificateAreShownIfTheyCount() throws Exception {
        assertThat(validated("bob@authority.example").out())
                .contains("matches 2 1 1 " + DIGEST + ", and has a name of authority.example, mx.authority.example");
    }

    @Test
    void aServerWhoseRecordsFailValidationIsSaidNotToBeUsed() throws Exception {
        assertThat(validated("bob@broken.example").out())
                .contains("to mx.broken.example not used: 4.7.5 DANE: cannot look up _25._tcp.mx.broken.example");
    }

    @Test
    void anUnsignedDomainHasNoDane() throws Exception {
        assertThat(validated("bob@unsigned.example").out())
                .contains("DANE         DNSSEC does not prove the names of the servers")
                .contains("to mx.unsigned.example TLS if the server offers it, whatever its certificate")
                .contains("REQUIRETLS   not used: 5.7.10 the sender requires TLS");
    }

    @Test
    void aResolverIsBelievedOnlyIfTheOptionSaysSo() throws Exception {
        zone.claimingProof();
        assertThat(route("bob@there.example").out())
                .contains("DANE         not used (--dnssec off)")
                .contains("to mx.there.example TLS if the server offers it, whatever its certificate");
        assertThat(route("bob@there.example", "--dnssec=resolver").out())
                .contains("to mx.there.example DANE: TLS with a certificate that matches 3 1 1 ");
    }

    @Test
    void theMtaStsPolicyIsFetchedAndExplainedButNotKept() throws Exception {
        var authority = new TestAuthority("public authority");
        Path pem = directory.resolve("ca.pem");
        authority.writePem(pem);
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(authority.issue("mta-sts.sts.example").serverContext()));
        byte[] policy = "version: STSv1\nmode: enforce\nmx: *.sts.example\nmax_age: 86400\n".getBytes(US_ASCII);
        server.createContext("/.well-known/mta-sts.txt", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, policy.length);
            exchange.getResponseBody().write(policy);
            exchange.close();
        });
        server.start();
        try {
            String port = "--mta-sts-port=" + server.getAddress().getPort();
            assertThat(route("bob@sts.example", port, "--mta-sts-ca=" + pem).out())
                    .contains("MTA-STS      enforce, for the servers *.sts.example")
                    .contains("to mx.sts.example MTA-STS policy (enforce): TLS always, with a trusted certificate")
                    .contains(
                            "to other.example not used: 4.7.5 the MTA-STS policy does not name the server other.example");
            assertThat(directory.resolve("spool")).doesNotExist();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void mtaStsMayBeOff() {
        assertThat(route("bob@sts.example", "--mta-sts=false").out())
                .contains("MTA-STS      not followed (--mta-sts false)")
                .contains("to mx.sts.example TLS if the server offers it, whatever its certificate");
    }

    @Test
    void aSmarthostIsNotVerifiedByDane() throws Exception {
        assertThat(validated("bob@there.example", "--smarthost=mx.there.example")
                        .out())
                .contains("to mx.there.example TLS always, with a trusted certificate of the server's name")
                .contains(
                        "REQUIRETLS   TLS always, with a trusted certificate of the server's name, if the server offers")
                .doesNotContain("DANE");
    }

    @Test
    void aFileOfAnchorsThatCannotBeReadIsAMistake() {
        Boxcar.Outcome outcome = route("bob@there.example", "--dnssec=validate", "--dnssec-anchors=no-such-file");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("boxcar: --dnssec-anchors: no-such-file: cannot be read");
    }
}
