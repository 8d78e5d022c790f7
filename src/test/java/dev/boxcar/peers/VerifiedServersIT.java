// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.TestAuthority;
import dev.boxcar.relay.TestAuthority.Issued;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The relay verifies Postfix by DANE (RFC 7672), with the answers of Knot, which signs the zone, and of Unbound, which
 * validates it; and by MTA-STS (RFC 8461). Every kind of wrong record is tried.
 */
@Timeout(180)
class VerifiedServersIT {
    @TempDir
    Path directory;

    private TestAuthority authority;
    private Issued certificate;

    @BeforeEach
    void issueCertificates() throws Exception {
        authority = new TestAuthority("the authority");
        certificate = authority.issue("mx.right.example", "mx.authority.example", "mx.sts.example");
    }

    /** Who proves the answers. */
    private enum Proof {
        /** The relay, with the answers of the server that signs. */
        RELAY_AT_THE_SERVER,
        /** The relay, with the answers that a resolver passes on. */
        RELAY_AT_THE_RESOLVER,
        /** The resolver, which the relay believes. */
        RESOLVER
    }

    private static String sha256(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private static String sha512(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(data));
    }

    /** For each domain, the TLSA record of its server and what the log must say. */
    private Map<String, String[]> domains() throws Exception {
        byte[] leaf = certificate.certificate().getEncoded();
        byte[] key = certificate.certificate().getPublicKey().getEncoded();
        byte[] issuer = authority.certificate().getEncoded();
        byte[] issuerKey = authority.certificate().getPublicKey().getEncoded();
        String other = "00".repeat(32);
        String sent = "tls=dane";
        String deferred = "status=deferred reply=\"the DANE policy is not met";
        var all = new LinkedHashMap<String, String[]>();
        all.put("right.example", new String[] {"3 1 1 " + sha256(key), sent});
        all.put("whole.example", new String[] {"3 0 0 " + HexFormat.of().formatHex(leaf), sent});
        all.put("sha512.example", new String[] {"3 0 2 " + sha512(leaf), sent});
        all.put("authority.example", new String[] {"2 1 1 " + sha256(issuerKey), sent});
        all.put("otherkey.example", new String[] {"3 1 1 " + other, deferred});
        all.put("othercertificate.example", new String[] {"3 0 1 " + other, deferred});
        all.put("otherselector.example", new String[] {"3 0 1 " + sha256(key), deferred});
        all.put("otherauthority.example", new String[] {"2 0 1 " + other, deferred});
        all.put("othername.example", new String[] {"2 0 1 " + sha256(issuer), deferred});
        all.put("leafasauthority.example", new String[] {"2 0 1 " + sha256(leaf), deferred});
        all.put("weaker.example", new String[] {
            "3 1 1 " + sha256(key) + "\n_PORT._tcp.mx.weaker.example. TLSA 3 1 2 " + "00".repeat(64), deferred
        });
        all.put("pkix.example", new String[] {"1 1 1 " + other, "tls=encrypted"});
        all.put("unknownusage.example", new String[] {"7 1 1 " + other, "tls=encrypted"});
        all.put("short.example", new String[] {"3 1 1 00", "tls=encrypted"});
        all.put("none.example", new String[] {"", "tls=encrypted"});
        all.put("a.unsigned.example", new String[] {"3 1 1 " + other, "tls=encrypted"});
        all.put("a.bogus.example", new String[] {"3 1 1 " + sha256(key), "status=deferred reply=\"cannot look up"});
        return all;
    }

    private static List<String> records(Map<String, String[]> domains, int port) {
        var records = new ArrayList<String>();
        domains.forEach((domain, expected) -> {
            String host = "mx." + domain;
            records.add(domain + ". MX 10 " + host + ".");
            records.add(host + ". A 127.0.0.1");
            if (!expected[0].isEmpty()) {
                String tlsa = "_PORT._tcp." + host + ". TLSA " + expected[0];
                records.addAll(
                        List.of(tlsa.replace("PORT", Integer.toString(port)).split("\n")));
            }
        });
        return records;
    }

    /** A file with the key, the certificate and that of the authority. */
    private Path chain() throws Exception {
        return Files.writeString(
                directory.resolve("server.pem"),
                pem("PRIVATE KEY", certificate.key().getEncoded())
                        + pem("CERTIFICATE", certificate.certificate().getEncoded())
                        + pem("CERTIFICATE", authority.certificate().getEncoded()));
    }

    private PostfixServer postfix(int lastPort) throws Exception {
        return PostfixServer.start(
                directory.resolve("postfix"),
                lastPort,
                "smtpd_tls_security_level = may",
                "smtpd_tls_chain_files = " + chain(),
                "smtpd_relay_restrictions = permit_mynetworks, reject");
    }

    private static String pem(String kind, byte[] data) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(data) + "\n-----END " + kind
                + "-----\n";
    }

    private static void send(RelayProgram relay, Iterable<String> domains) throws Exception {
        for (String domain : domains) {
            RealServersIT.send(relay.port(), "hello", "bob@" + domain);
        }
    }

    private static String line(RelayProgram relay, String domain) {
        return relay.log()
                .lines()
                .filter(line -> line.contains("to=<bob@" + domain + ">"))
                .findFirst()
                .orElse("");
    }

    private static void assertLogged(RelayProgram relay, String domain, String expected) {
        relay.awaitLog("to=<bob@" + domain + ">");
        assertThat(line(relay, domain)).as(domain).contains(expected);
    }

    @ParameterizedTest
    @EnumSource
    void postfixIsVerifiedByItsTlsaRecords(Proof proof) throws Exception {
        Map<String, String[]> domains = domains();
        try (var last = Downstream.start();
                var postfix = postfix(last.port());
                var server = SigningNameServer.start(directory.resolve("knot"), records(domains, postfix.port()));
                var resolver = ValidatingResolver.start(directory.resolve("unbound"), server)) {
            int dns = proof == Proof.RELAY_AT_THE_SERVER ? server.port() : resolver.port();
            Path anchors = server.writeAnchors(directory.resolve("anchors"));
            try (var relay = RelayProgram.start(
                    directory.resolve("relay"),
                    "--mx-port=" + postfix.port(),
                    "--dns=127.0.0.1:" + dns,
                    "--dnssec=" + (proof == Proof.RESOLVER ? "resolver" : "validate"),
                    "--dnssec-anchors=" + anchors)) {
                send(relay, domains.keySet());
                domains.forEach((domain, expected) -> assertLogged(relay, domain, expected[1]));
            }
        }
    }

    @Test
    void postfixIsVerifiedByMtaSts() throws Exception {
        HttpsServer web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, String> policies = Map.of(
                "sts.example", "mode: enforce\nmx: mx.sts.example\n",
                "notnamed.example", "mode: enforce\nmx: other.example\n",
                "othername.example", "mode: enforce\nmx: *.othername.example\n",
                "testing.example", "mode: testing\nmx: mx.testing.example\n");
        String[] policyHosts =
                policies.keySet().stream().map(domain -> "mta-sts." + domain).toArray(String[]::new);
        web.setHttpsConfigurator(
                new HttpsConfigurator(authority.issue(policyHosts).serverContext()));
        web.createContext("/.well-known/mta-sts.txt", exchange -> {
            String host = exchange.getRequestHeaders().getFirst("Host").replaceFirst("^mta-sts\\.", "");
            String policy = policies.get(host.replaceFirst(":.*", ""));
            byte[] body = ("version: STSv1\n" + policy + "max_age: 86400\n").getBytes(US_ASCII);
            exchange.getResponseHeaders().add("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        Path trusted = directory.resolve("authority.pem");
        authority.writePem(trusted);
        var records = new ArrayList<String>();
        for (String domain : policies.keySet()) {
            records.add(domain + ". MX 10 mx." + domain + ".");
            records.add("mx." + domain + ". A 127.0.0.1");
            records.add("mta-sts." + domain + ". A 127.0.0.1");
            records.add("_mta-sts." + domain + ". TXT \"v=STSv1; id=1;\"");
        }
        try (var last = Downstream.start();
                var postfix = postfix(last.port());
                var server = SigningNameServer.start(directory.resolve("knot"), records);
                var relay = RelayProgram.start(
                        directory.resolve("relay"),
                        "--mx-port=" + postfix.port(),
                        "--dns=127.0.0.1:" + server.port(),
                        "--mta-sts-port=" + web.getAddress().getPort(),
                        "--mta-sts-ca=" + trusted)) {
            send(relay, policies.keySet());
            assertLogged(relay, "sts.example", "tls=sts");
            assertLogged(relay, "notnamed.example", "reply=\"the MTA-STS policy does not name the server");
            assertLogged(relay, "othername.example", "reply=\"the MTA-STS policy (enforce) is not met");
            assertLogged(relay, "testing.example", "tls=encrypted");
        } finally {
            web.stop(0);
        }
    }

    // ---- Postfix's client looks at our server

    /** Runs posttls-finger, which asks the resolver that /etc/resolv.conf names, with a file of its own there. */
    private String finger(String resolver, String host, int port) throws Exception {
        Path configuration = Files.createDirectories(directory.resolve("finger"));
        Files.writeString(configuration.resolve("main.cf"), "compatibility_level = 3.6\ndnssec_probe = ns:example\n");
        Path resolv = Files.writeString(configuration.resolve("resolv.conf"), "nameserver " + resolver + "\n");
        return PeerProgram.run(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind " + resolv + " /etc/resolv.conf && MAIL_CONFIG=" + configuration
                        + " exec timeout 60 " + PeerProgram.find("posttls-finger") + " -c -l dane '[" + host + "]:"
                        + port
                        + "'");
    }

    @Test
    void postfixsClientVerifiesTheRelayByItsTlsaRecords() throws Exception {
        PeerProgram.find("posttls-finger");
        assumeTrue(PeerProgram.IS_ROOT, "only root may give a program another /etc/resolv.conf");
        Process probe = new ProcessBuilder("unshare", "--mount", "true").start();
        assumeTrue(probe.waitFor() == 0, "this machine does not let a program have mounts of its own");
        Path pem = chain();
        byte[] key = certificate.certificate().getPublicKey().getEncoded();
        String wrong = "00".repeat(32);
        try (var relay = RelayProgram.start(directory.resolve("relay"), "--tls-cert=" + pem, "--tls-key=" + pem)) {
            var domains = new LinkedHashMap<String, String[]>();
            domains.put("right.example", new String[] {"3 1 1 " + sha256(key)});
            domains.put(
                    "authority.example",
                    new String[] {"2 0 1 " + sha256(authority.certificate().getEncoded())});
            domains.put("otherkey.example", new String[] {"3 1 1 " + wrong});
            domains.put(
                    "othername.example",
                    new String[] {"2 0 1 " + sha256(authority.certificate().getEncoded())});
            String address = "127.53." + ThreadLocalRandom.current().nextInt(1, 255) + "."
                    + ThreadLocalRandom.current().nextInt(1, 255);
            try (var server = SigningNameServer.start(directory.resolve("knot"), records(domains, relay.port()));
                    var resolver = ValidatingResolver.startAt(address, directory.resolve("unbound"), server)) {
                assertThat(resolver.port()).isPositive();
                for (String domain : List.of("right.example", "authority.example")) {
                    assertThat(finger(address, "mx." + domain, relay.port()))
                            .as(domain)
                            .contains("Verified TLS connection established");
                }
                for (String domain : List.of("otherkey.example", "othername.example")) {
                    assertThat(finger(address, "mx." + domain, relay.port()))
                            .as(domain)
                            .doesNotContain("Verified TLS connection")
                            .contains("TLS connection established");
                }
            }
        }
    }
}
