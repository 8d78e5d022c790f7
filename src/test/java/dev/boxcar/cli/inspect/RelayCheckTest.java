// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.TestCertificates;
import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.credential.oauth.OAuthAccountFile;
import dev.boxcar.relay.credential.oauth.OAuthServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code relay check} against the sink, which has a self-signed certificate and one user. */
@Timeout(120)
class RelayCheckTest {
    @TempDir
    Path directory;

    private Boxcar.@Nullable Running sink;

    @AfterEach
    void stop() {
        if (sink != null) {
            sink.close();
        }
    }

    @Test
    void aServerThatIsReadyIsShownWithItsOffersSizeAndRoundTrip() throws Exception {
        Boxcar.Outcome outcome = check(startSink(), "--smarthost-tls", "none");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("ready for mail")
                .contains("round trip")
                .contains("SIZE         52428800 bytes")
                .contains("PIPELINING")
                .contains("not used, level none");
        assertThat(outcome.err()).isEmpty();
    }

    /** Otherwise an operator would learn of it only from a relay that does not start. */
    @Test
    void aConfigurationWithWhichTheRelayWouldNotStartIsNotValid() {
        assertThat(refusal("--smtp", "0.0.0.0:2525", "--networks", "0.0.0.0/0")).contains("--networks: 0.0.0.0/0");
        assertThat(refusal("--http", "0.0.0.0:8026")).contains("--http: other machines can reach 0.0.0.0:8026");
        assertThat(refusal("--http", "localhost:8026", "--http-tls-cert", "none.pem"))
                .contains("--http-tls");
        assertThat(refusal("--tls-cert", "none.pem", "--tls-key", "none.pem")).contains("--tls-cert: none.pem");
        assertThat(refusal("--auth-file", "none.users")).contains("--auth-file: none.users");
        assertThat(refusal("--retry-min", "2h")).contains("--retry-min: must not be longer than --retry-max");
        assertThat(refusal("--listen", "localhost:2587,auth-required=true")).contains("auth-required needs");
        assertThat(refusal("--role", "worker")).contains("--role");
    }

    private static String refusal(String... options) {
        var arguments = new ArrayList<>(List.of("relay", "check", "--offline"));
        arguments.addAll(List.of(options));
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), arguments.toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.out()).isEqualTo(2);
        assertThat(outcome.err()).hasLineCount(1);
        return outcome.err();
    }

    @Test
    void aSelfSignedCertificateIsShownAndEnoughForTheLevelRequired() throws Exception {
        String server = startSink();

        Boxcar.Outcome required = check(server, "--smarthost-tls", "required");
        assertThat(required.status()).isZero();
        assertThat(required.out())
                .contains("certificate  CN=mx.example")
                .contains("for          mx.example")
                .contains("trusted      no")
                .contains("expires");

        Boxcar.Outcome verified = check(server);
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out())
                .contains("NOT READY")
                .contains("failure      STARTTLS: ")
                .contains("certificate  CN=mx.example");
    }

    /** Such a server takes mail at the level verified, too. */
    @ParameterizedTest
    @ValueSource(strings = {"opportunistic", "required", "verified"})
    void aCertificateIsTrustedAlthoughTheServerDoesNotAnswerQuit(String level) throws Exception {
        Path authority = Files.write(directory.resolve("ca.pem"), certificate());
        try (Downstream server = Downstream.startInTls(
                TestCertificates.localhost(), event -> event.verb().equals("QUIT") ? Downstream.SILENCE : null)) {
            Boxcar.Outcome outcome = check(
                    "localhost:" + server.port(),
                    "--smarthost-tls",
                    level,
                    "--smarthost-tls-ca",
                    authority.toString(),
                    "--check-timeout",
                    "2s");

            assertThat(outcome.out()).contains("ready for mail").contains("trusted      yes");
            assertThat(outcome.status()).isZero();
        }
    }

    private static byte[] certificate() throws IOException {
        try (InputStream file = RelayCheckTest.class.getResourceAsStream("/tls/rsa.crt")) {
            return Objects.requireNonNull(file).readAllBytes();
        }
    }

    @Test
    void thePoliciesOfTlsAreExplained() throws Exception {
        Boxcar.Outcome smarthost = check(startSink(), "--smarthost-tls", "required");
        assertThat(smarthost.out())
                .contains(", level required: always, whatever the certificate")
                .contains("REQUIRETLS   such mail is returned: it needs a server that offers it, with a trusted")
                .doesNotContain("MTA-STS");

        Boxcar.Outcome mx = Boxcar.run(Map.of(), "relay", "check");
        assertThat(mx.out())
                .contains(
                        "TLS to the servers of MX records: opportunistic; MTA-STS policies are followed; DANE is not used");
        Boxcar.Outcome other = Boxcar.run(Map.of(), "relay", "check", "--mta-sts=false", "--dnssec=validate");
        assertThat(other.out()).contains("MTA-STS policies are not followed (--mta-sts false); DANE is used");
        assertThat(Boxcar.run(Map.of(), "relay", "check", "--json").out())
                .contains("\"usesMx\":true,\"mtaSts\":true,\"dane\":false");
    }

    @Test
    void theLogInCountsAndThePasswordIsNeverPrinted() throws Exception {
        String server = startSink();

        Boxcar.Outcome right =
                check(server, "--smarthost-tls", "required", "--smarthost-auth-file", auth("s3cret-word"));
        assertThat(right.status()).isZero();
        assertThat(right.out()).contains("logged in    as ann by ");

        Boxcar.Outcome wrong =
                check(server, "--smarthost-tls", "required", "--smarthost-auth-file", auth("wr0ng-word"));
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.out()).contains("failure      AUTH: 5").doesNotContain("logged in");
        assertThat(right.out() + right.err() + wrong.out() + wrong.err()).doesNotContain("-word");
    }

    @Test
    void aTokenIsHadFromTheOAuthServerAndNeverPrinted() throws Exception {
        String server = startSink("--auth-accept-any");
        Path file = directory.resolve("main.oauth");
        try (var provider = new OAuthServer()) {
            new OAuthAccountFile(file).write(provider.account());
            Boxcar.Outcome right =
                    check(server, "--smarthost-tls", "required", "--smarthost-oauth-file", file.toString());
            assertThat(right.out())
                    .contains("logged in    as ann@x.example by OAUTHBEARER")
                    .doesNotContain("token-1");

            provider.next(new OAuthServer.Answer(400, "{\"error\":\"invalid_grant\"}"));
            Boxcar.Outcome wrong =
                    check(server, "--smarthost-tls", "required", "--smarthost-oauth-file", file.toString());
            assertThat(wrong.status()).isEqualTo(1);
            assertThat(wrong.out()).contains("the OAuth server 127.0.0.1 refused the request: invalid_grant");
        }
    }

    @Test
    void everySmarthostIsCheckedAlthoughOneFails() throws Exception {
        String closed;
        try (var free = new ServerSocket(0)) {
            closed = "127.0.0.1:" + free.getLocalPort();
        }
        Boxcar.Outcome outcome = check(closed + "," + startSink(), "--smarthost-tls", "none", "--json");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out())
                .startsWith("{\"smarthosts\":1,\"routes\":1,\"ready\":false")
                .contains("\"ready\":false,\"failure\":\"CONNECT: Connection refused\"")
                .contains("\"ready\":true,\"failure\":\"\"");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        try (var silent = new ServerSocket(0)) {
            Boxcar.Outcome outcome =
                    check("127.0.0.1:" + silent.getLocalPort(), "--smarthost-tls", "none", "--check-timeout", "500ms");

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.out()).contains("NOT READY").contains("failure      BANNER: ");
        }
    }

    /** As the relay does at this level (RFC 7435). */
    @Test
    void aBrokenTlsDoesNotStopMailAtTheLevelOpportunistic() throws Exception {
        try (var server = new ServerSocket(0)) {
            var thread = new Thread(() -> serveWithBrokenTls(server));
            thread.setDaemon(true);
            thread.start();
            String address = "127.0.0.1:" + server.getLocalPort();

            Boxcar.Outcome outcome = check(address, "--smarthost-tls", "opportunistic");
            assertThat(outcome.status()).isZero();
            assertThat(outcome.out())
                    .contains("ready for mail")
                    .contains("TLS          not used, level opportunistic")
                    .contains("not in TLS   STARTTLS: ");

            Boxcar.Outcome required = check(address, "--smarthost-tls", "required");
            assertThat(required.status()).isEqualTo(1);
            assertThat(required.out()).contains("failure      STARTTLS: ").doesNotContain("not in TLS");
        }
    }

    /** Closes the connection where the handshake should begin. Ends with the socket. */
    private static void serveWithBrokenTls(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept();
                    var in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                    OutputStream out = client.getOutputStream()) {
                out.write("220 mx.example\r\n".getBytes(US_ASCII));
                String line = in.readLine();
                while (line != null && !line.startsWith("STARTTLS")) {
                    String reply = line.startsWith("EHLO") ? "250-mx.example\r\n250 STARTTLS\r\n" : "221 bye\r\n";
                    out.write(reply.getBytes(US_ASCII));
                    line = in.readLine();
                }
                if (line != null) {
                    out.write("220 go\r\n".getBytes(US_ASCII));
                }
            } catch (IOException e) {
                // the next connection
            }
        }
    }

    @Test
    void offlineNothingIsConnected() {
        Boxcar.Outcome outcome = check("127.0.0.1:1", "--offline");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).isEqualTo("configuration is valid: 1 smarthost, 1 route" + System.lineSeparator());
    }

    @Test
    void aMistakeInTheFileIsOneLineWithItsPlace() throws Exception {
        Path file = Files.writeString(directory.resolve("r.conf"), "\nroutes = [ { via = nowhere } ]\n");
        Boxcar.Outcome outcome = Boxcar.run(Map.of(), "relay", "check", "--config", file.toString());

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(file + ":2: routes[0].via: unknown target 'nowhere'")
                .hasLineCount(1);
    }

    private static Boxcar.Outcome check(String smarthost, String... more) {
        var arguments = new ArrayList<>(List.of("relay", "check", "--smarthost", smarthost));
        arguments.addAll(List.of(more));
        return Boxcar.run(Map.of(), arguments.toArray(String[]::new));
    }

    private String auth(String password) throws Exception {
        return Files.writeString(directory.resolve(password + ".auth"), "ann:" + password + "\n")
                .toString();
    }

    private String startSink() throws Exception {
        Path users = Files.writeString(directory.resolve("users"), "ann:PLAIN$s3cret-word\n");
        return startSink("--auth-file=" + users);
    }

    private String startSink(String authentication) throws Exception {
        sink = Boxcar.start(
                directory,
                "sink",
                "--smtp",
                "127.0.0.1:0",
                "--spool",
                "memory",
                "--hostname",
                "mx.example",
                "--tls",
                "self-signed",
                authentication);
        return sink.line().replace("[smtp] listening on ", "");
    }
}
