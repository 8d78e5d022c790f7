// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.boxcar.async.TestCertificates;
import dev.boxcar.async.tls.TlsSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What needs two sessions, TLS, a clock or a failing maildrop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class Pop3SessionTest {
    private static final Pop3Options IN_CLEAR =
            Pop3Options.DEFAULTS.withCleartextLogin(Pop3Options.CleartextLogin.ALLOWED);

    @Test
    void onlyOneSessionAtATimeOpensAMaildrop() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear();
                var first = new Client(server);
                var second = new Client(server)) {
            first.logIn("ann");
            assertThat(second.line()).startsWith("+OK");
            second.say("USER ann", "PASS secret");
            second.expect("+OK send PASS", "-ERR [IN-USE] another session has this maildrop open");
            first.say("QUIT");
            first.expect("+OK bye");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                second.say("USER ann", "PASS secret");
                second.expect("+OK send PASS");
                assertThat(second.line()).isEqualTo("+OK 0 messages");
            });
        }
    }

    @Test
    void aConnectionThatBreaksGivesTheMaildropBackAndDeletesNothing() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear().with("ann", "id-1", "Subject: one\r\n\r\nText.\r\n")) {
            try (var first = new Client(server)) {
                first.logIn("ann");
                first.say("DELE 1");
                first.expect("+OK message 1 deleted");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                try (var second = new Client(server)) {
                    assertThat(second.line()).startsWith("+OK");
                    second.say("USER ann", "PASS secret");
                    second.expect("+OK send PASS");
                    return second.line().equals("+OK 1 messages");
                }
            });
            assertThat(server.ids("ann")).containsExactly("id-1");
        }
    }

    @Test
    void aMessageThatCannotBeReadIsAnErrorAndTheSessionGoesOn() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear().with("ann", "id-1", "Subject: one\r\n\r\nText.\r\n");
                var client = new Client(server)) {
            client.logIn("ann");
            server.failing = true;
            client.say("RETR 1", "NOOP");
            client.expect("-ERR [SYS/TEMP] message 1 cannot be read now", "+OK");
        }
    }

    /** SYS/TEMP would make the client try again (RFC 3206 §4). */
    @Test
    void aMessageThatWasRemovedMeanwhileIsNotATemporaryFault() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear().with("ann", "id-1", "Subject: one\r\n\r\nText.\r\n");
                var client = new Client(server)) {
            client.logIn("ann");
            server.remove("ann", "id-1");
            client.say("RETR 1", "TOP 1 0", "NOOP");
            client.expect(
                    "-ERR message 1 has been removed meanwhile", "-ERR message 1 has been removed meanwhile", "+OK");
        }
    }

    @Test
    void aDeletionThatFailsIsToldAtQuit() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear().with("ann", "id-1", "Subject: one\r\n\r\nText.\r\n");
                var client = new Client(server)) {
            client.logIn("ann");
            server.failing = true;
            client.say("DELE 1", "QUIT");
            client.expect("+OK message 1 deleted", "-ERR [SYS/TEMP] some deleted messages were not removed");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void manyPipelinedMessagesArriveWholeAndInOrder() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear()) {
            for (int i = 0; i < 100; i++) {
                server.with("ann", "id-%03d".formatted(i), "Subject: " + i + "\r\n\r\n" + "x".repeat(50_000) + "\r\n");
            }
            try (var client = new Client(server)) {
                client.logIn("ann");
                var commands = new ArrayList<String>();
                for (int i = 1; i <= 100; i++) {
                    commands.add("RETR " + i);
                }
                client.say(commands.toArray(String[]::new));
                for (int i = 0; i < 100; i++) {
                    assertThat(client.line()).startsWith("+OK ");
                    client.expect("Subject: " + i, "", "x".repeat(50_000), ".");
                }
            }
        }
    }

    @Test
    void aSilentClientIsDisconnectedWithoutAReply() throws IOException {
        try (var server = new Pop3TestServer(
                        IN_CLEAR.withIdleTimeout(Duration.ofMillis(200)), Pop3Server.Tls.STLS, null);
                var client = new Client(server)) {
            assertThat(client.line()).startsWith("+OK");
            assertThat(client.line()).isNull();
        }
    }

    @Test
    void moreConnectionsThanAllowedAreRefused() throws IOException {
        try (var server = new Pop3TestServer(IN_CLEAR.withMaxConnections(1), Pop3Server.Tls.STLS, null);
                var first = new Client(server);
                var second = new Client(server)) {
            assertThat(first.line()).startsWith("+OK");
            assertThat(second.line()).isEqualTo("-ERR [SYS/TEMP] too many connections");
        }
    }

    @Test
    void withoutTlsNothingThatSendsAPasswordIsOffered() throws Exception {
        var tls = TlsSettings.server(TestCertificates.localhost());
        try (var server = new Pop3TestServer(Pop3Options.DEFAULTS, Pop3Server.Tls.STLS, tls);
                var client = new Client(server)) {
            assertThat(client.line()).startsWith("+OK");
            client.say("CAPA");
            assertThat(client.block()).contains("STLS").doesNotContain("USER", "SASL PLAIN");
            client.say("USER ann", "AUTH PLAIN");
            client.expect("-ERR USER needs TLS", "-ERR AUTH needs TLS");
        }
    }

    @Test
    void whatIsPipelinedAfterStlsIsDiscarded() throws Exception {
        var tls = TlsSettings.server(TestCertificates.localhost());
        try (var server = new Pop3TestServer(Pop3Options.DEFAULTS, Pop3Server.Tls.STLS, tls);
                var client = new Client(server)) {
            assertThat(client.line()).startsWith("+OK");
            client.say("STLS", "NONSENSE");
            client.expect("+OK begin TLS");
            client.handshake();
            client.say("CAPA");
            assertThat(client.block()).contains("USER", "SASL PLAIN").doesNotContain("STLS");
            client.say("STLS", "USER ann", "PASS secret");
            client.expect("-ERR TLS is active already", "+OK send PASS", "+OK 0 messages");
        }
    }

    @Test
    void theBannerComesAfterTheHandshakeWhereTlsIsImplicit() throws Exception {
        var tls = TlsSettings.server(TestCertificates.localhost());
        try (var server = new Pop3TestServer(Pop3Options.DEFAULTS, Pop3Server.Tls.IMPLICIT, tls);
                var client = new Client(server)) {
            client.handshake();
            client.logIn("ann");
        }
    }

    @Test
    void aPortInUseIsNamedInTheError() throws IOException {
        try (Pop3TestServer server = Pop3TestServer.inClear();
                Pop3TestServer other = Pop3TestServer.inClear()) {
            InetSocketAddress taken = server.address();
            assertThatThrownBy(() -> other.listen("127.0.0.1", taken.getPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on 127.0.0.1:" + taken.getPort() + ": the port is in use");
        }
    }

    @Test
    void openSessionsAreToldThatTheServerShutsDown() throws IOException {
        Pop3TestServer server = Pop3TestServer.inClear();
        try (server;
                var client = new Client(server)) {
            client.logIn("ann");
            server.close();
            client.expect("-ERR [SYS/TEMP] the server is shutting down");
            assertThat(client.line()).isNull();
        }
    }

    /** A client that sends lines and reads lines. */
    private static final class Client implements AutoCloseable {
        private Socket socket;
        private BufferedReader in;

        Client(Pop3TestServer server) throws IOException {
            socket = new Socket(server.address().getAddress(), server.address().getPort());
            socket.setSoTimeout(20_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        }

        void handshake() throws Exception {
            var inside = (SSLSocket) TestCertificates.localhost()
                    .getSocketFactory()
                    .createSocket(socket, "localhost", socket.getPort(), true);
            inside.startHandshake();
            socket = inside;
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        }

        void logIn(String user) throws IOException {
            assertThat(line()).startsWith("+OK");
            say("USER " + user, "PASS secret");
            expect("+OK send PASS");
            assertThat(line()).startsWith("+OK");
        }

        void say(String... lines) throws IOException {
            socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(US_ASCII));
        }

        String line() throws IOException {
            return in.readLine();
        }

        void expect(String... lines) throws IOException {
            for (String line : lines) {
                assertThat(line()).isEqualTo(line);
            }
        }

        List<String> block() throws IOException {
            var lines = new ArrayList<String>();
            for (String line = line(); !line.equals("."); line = line()) {
                lines.add(line);
            }
            return lines;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
