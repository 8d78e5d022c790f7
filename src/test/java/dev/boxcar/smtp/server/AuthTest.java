// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.ScramClient;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Decision;
import dev.boxcar.smtp.server.port.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The parts of AUTH that transcripts cannot show: late answers, delays, logs, TLS. */
class AuthTest {
    private static final String SECRET = "tanstaaftanstaaf";
    private static final String PLAIN = base64("\0tim\0" + SECRET);
    private static final String EHLO = "EHLO client.example\r\n";

    private final RecordingSink sink = new RecordingSink();

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String text(String reply) {
        return new String(Base64.getDecoder().decode(reply.substring(4)), UTF_8);
    }

    private Conversation conversation(AuthenticationOptions authentication) throws IOException {
        return new Conversation(Ports.of(sink).withAuthentication(authentication), Limits.DEFAULTS);
    }

    private static AuthenticationOptions oneUser() {
        return AuthenticationOptions.by(SingleUser.of("tim:" + SECRET)).allowedInClear();
    }

    private static String last(Conversation conversation) {
        return conversation.lines().get(conversation.lines().size() - 1);
    }

    private static String ask(Conversation conversation, String line) throws IOException {
        int before = conversation.lines().size();
        conversation.send(line + "\r\n");
        conversation.awaitLines(before + 1);
        return last(conversation);
    }

    /** Keeps the questions so that a test can answer them later. */
    private static final class Slow implements Credentials {
        final List<Consumer<ClaimResult>> asked = new ArrayList<>();

        @Override
        public Set<Mechanism> mechanisms() {
            return EnumSet.of(Mechanism.PLAIN);
        }

        @Override
        public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
            asked.add(answer);
        }
    }

    @Test
    void scramAuthenticatesBothSides() throws IOException {
        try (var conversation = conversation(oneUser())) {
            conversation.send(EHLO);
            var client = new ScramClient("n,,", new byte[0], "tim", SECRET, "fyko+d2lbbFgONRv9qkxdawL");
            String first = ask(conversation, "AUTH SCRAM-SHA-256 " + base64(client.first()));
            String signature = ask(conversation, base64(client.last(text(first))));
            assertThat(text(signature)).isEqualTo(client.expectedSignature());
            assertThat(ask(conversation, "")).startsWith("235 2.7.0 ");
        }
    }

    @Test
    void scramRefusesAWrongPassword() throws IOException {
        try (var conversation = conversation(oneUser())) {
            conversation.send(EHLO);
            var client = new ScramClient("n,,", new byte[0], "tim", "wrong", "fyko+d2lbbFgONRv9qkxdawL");
            String first = ask(conversation, "AUTH SCRAM-SHA-256 " + base64(client.first()));
            assertThat(ask(conversation, base64(client.last(text(first))))).startsWith("535 5.7.8 ");
            assertThat(ask(conversation, "NOOP")).startsWith("250 ");
        }
    }

    /** A challenge with the longest accepted nonce fits into a reply. */
    @Test
    void acceptsNoncesUpToTheMaximumLength() throws IOException {
        try (var conversation = conversation(oneUser())) {
            conversation.send(EHLO);
            assertThat(ask(conversation, "AUTH SCRAM-SHA-256 " + base64("n,,n=tim,r=" + "x".repeat(128))))
                    .startsWith("334 ");
            assertThat(ask(conversation, "*")).startsWith("501 ");
            assertThat(ask(conversation, "AUTH SCRAM-SHA-256 " + base64("n,,n=tim,r=" + "x".repeat(129))))
                    .startsWith("501 ");
            assertThat(ask(conversation, "AUTH SCRAM-SHA-256 " + base64("n,,n=tim,r=x" + ",a=b".repeat(2000))))
                    .startsWith("334 ");
        }
    }

    @Test
    void executesNothingBeforeCredentialsAreVerified() throws IOException {
        var slow = new Slow();
        try (var conversation = conversation(AuthenticationOptions.by(slow).allowedInClear())) {
            conversation.send(EHLO);
            int before = conversation.lines().size();
            conversation.send("AUTH PLAIN " + PLAIN + "\r\nNOOP\r\nMAIL FROM:<a@b.example>\r\n");
            conversation.turn();
            assertThat(conversation.lines()).hasSize(before);
            slow.asked.get(0).accept(ClaimResult.YES);
            conversation.awaitLines(before + 3);
            assertThat(conversation.lines().subList(before, before + 3))
                    .satisfiesExactly(
                            auth -> assertThat(auth).startsWith("235 "),
                            noop -> assertThat(noop).startsWith("250 2.0.0 "),
                            mail -> assertThat(mail).startsWith("250 2.1.0 "));
        }
    }

    @Test
    void replies454IfVerificationTimesOut() throws IOException {
        var slow = new Slow();
        try (var conversation = conversation(AuthenticationOptions.by(slow).allowedInClear())) {
            conversation.send(EHLO);
            int before = conversation.lines().size();
            conversation.send("AUTH PLAIN\r\n" + PLAIN + "\r\n");
            conversation.advance(Decision.TIMEOUT.plusSeconds(1));
            conversation.awaitLines(before + 2);
            assertThat(last(conversation)).startsWith("454 4.7.0 ");
            slow.asked.get(0).accept(ClaimResult.YES);
            assertThat(ask(conversation, "NOOP")).startsWith("250 ");
            conversation.send("AUTH PLAIN " + PLAIN + "\r\n");
            conversation.turn();
            assertThat(slow.asked).hasSize(2);
            slow.asked.get(1).accept(ClaimResult.UNAVAILABLE);
            conversation.awaitLines(before + 4);
            assertThat(last(conversation)).startsWith("454 4.7.0 ");
        }
    }

    @Test
    void ignoresAnAnswerAfterTheSessionHasClosed() throws IOException {
        var slow = new Slow();
        try (var conversation = conversation(AuthenticationOptions.by(slow).allowedInClear())) {
            conversation.send(EHLO);
            conversation.send("AUTH PLAIN " + PLAIN + "\r\n");
            conversation.session.close();
            slow.asked.get(0).accept(ClaimResult.YES);
            conversation.turn();
            assertThat(conversation.received()).doesNotContain("235");
        }
    }

    @Test
    void onlyTheFirstAnswerCounts() throws IOException {
        var slow = new Slow();
        try (var conversation = conversation(AuthenticationOptions.by(slow).allowedInClear())) {
            conversation.send(EHLO);
            int before = conversation.lines().size();
            conversation.send("AUTH PLAIN " + PLAIN + "\r\n");
            slow.asked.get(0).accept(ClaimResult.NO);
            slow.asked.get(0).accept(ClaimResult.YES);
            conversation.awaitLines(before + 1);
            assertThat(last(conversation)).startsWith("535 ");
        }
    }

    @Test
    void delaysTheReplyToAFailure() throws IOException {
        try (var conversation = conversation(oneUser().withFailureDelay(Duration.ofSeconds(1)))) {
            conversation.send(EHLO);
            int before = conversation.lines().size();
            conversation.send("AUTH PLAIN " + base64("\0tim\0wrong") + "\r\nNOOP\r\n");
            conversation.turn();
            conversation.advance(Duration.ofMillis(900));
            assertThat(conversation.lines()).hasSize(before);
            conversation.advance(Duration.ofMillis(200));
            conversation.awaitLines(before + 2);
            assertThat(conversation.lines().get(before)).startsWith("535 ");
            assertThat(ask(conversation, "AUTH PLAIN " + PLAIN)).startsWith("235 ");
        }
    }

    @Test
    void delaysTheReplyToAFailedProof() throws IOException {
        try (var conversation = conversation(oneUser().withFailureDelay(Duration.ofSeconds(1)))) {
            conversation.send(EHLO);
            var client = new ScramClient("n,,", new byte[0], "tim", "wrong", "abc");
            String first = ask(conversation, "AUTH SCRAM-SHA-256 " + base64(client.first()));
            int before = conversation.lines().size();
            conversation.send(base64(client.last(text(first))) + "\r\n");
            conversation.turn();
            conversation.advance(Duration.ofMillis(900));
            assertThat(conversation.lines()).hasSize(before);
            conversation.advance(Duration.ofMillis(200));
            conversation.awaitLines(before + 1);
            assertThat(last(conversation)).startsWith("535 ");
        }
    }

    @Test
    void delaysTheReplyToARefusedInitialResponse() throws IOException {
        try (var conversation = conversation(oneUser().withFailureDelay(Duration.ofSeconds(1)))) {
            conversation.send(EHLO);
            int before = conversation.lines().size();
            conversation.send("AUTH SCRAM-SHA-256 " + base64("p=tls-server-end-point,,n=tim,r=abc") + "\r\nNOOP\r\n");
            conversation.turn();
            conversation.advance(Duration.ofMillis(900));
            assertThat(conversation.lines()).hasSize(before);
            conversation.advance(Duration.ofMillis(200));
            conversation.awaitLines(before + 2);
            assertThat(conversation.lines().get(before)).startsWith("535 ");
            assertThat(ask(conversation, "NOOP")).startsWith("250 ");
        }
    }

    /** Where AUTH is not offered, its lines have the same limit as others. */
    @Test
    void authLinesMayBeLongerOnlyWhereAuthIsOffered() throws IOException {
        AuthenticationOptions inTls = AuthenticationOptions.by(SingleUser.of("tim:" + SECRET));
        try (var conversation = conversation(inTls)) {
            conversation.send(EHLO);
            assertThat(ask(conversation, "AUTH PLAIN " + "A".repeat(4083))).startsWith("538 5.7.11 ");
            assertThat(ask(conversation, "AUTH PLAIN " + "A".repeat(4084))).startsWith("500 5.5.2 Line too long");
            assertThat(ask(conversation, "NOOP")).startsWith("250 ");
        }
    }

    @Test
    void theMechanismsDependOnTls() throws NoSuchAlgorithmException {
        var clear = new ClientState("s", 1);
        var encrypted = new ClientState("s", 1);
        encrypted.setSecured(someTls());
        AuthenticationOptions inTls = AuthenticationOptions.by(SingleUser.of("tim:x"));
        assertThat(inTls.offered(clear)).isEmpty();
        assertThat(inTls.offered(encrypted))
                .containsExactly(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.CRAM_MD5, Mechanism.SCRAM_SHA_256);
        assertThat(inTls.allowedInClear().offered(clear)).isEqualTo(inTls.offered(encrypted));
    }

    /** RFC 3848; RFC 3207 §4.2: TLS discards what was said in clear. */
    @Test
    void theProtocolNameShowsTlsAndAuthentication() throws NoSuchAlgorithmException {
        var client = new ClientState("s", 1);
        client.setHello("client.example", true);
        client.setUser("tim");
        assertThat(client.protocol()).isEqualTo("ESMTPA");
        client.setSecured(someTls());
        assertThat(client.user()).isNull();
        assertThat(client.hello()).isNull();
        client.setHello("client.example", true);
        assertThat(client.protocol()).isEqualTo("ESMTPS");
        client.setUser("tim");
        assertThat(client.protocol()).isEqualTo("ESMTPSA");
        assertThat(new String(client.preamble(), UTF_8)).contains("Protocol: ESMTPSA\nUser: tim\n");
        client.setHello("client.example", false);
        assertThat(client.protocol()).isEqualTo("SMTP");
    }

    @Test
    void logsNoSecrets() throws IOException {
        var root = (Logger) LoggerFactory.getLogger("dev.boxcar");
        Level level = root.getLevel();
        var events = new ListAppender<ILoggingEvent>();
        events.start();
        root.addAppender(events);
        root.setLevel(Level.TRACE);
        var secrets = new ArrayList<String>();
        try {
            sendSecrets(secrets);
        } finally {
            root.setLevel(level);
            root.detachAppender(events);
        }
        List<String> lines =
                events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines).anyMatch(line -> line.contains("C: AUTH PLAIN ***"));
        assertThat(lines).anyMatch(line -> line.contains("C: ***"));
        assertThat(secrets).hasSizeGreaterThan(3);
        for (String secret : secrets) {
            assertThat(lines).as("a secret").noneMatch(line -> line.contains(secret));
        }
        assertThat(lines).noneMatch(line -> line.contains(SECRET));
    }

    /** Sends a password in every way a client might, in and out of sequence. */
    private void sendSecrets(List<String> secrets) throws IOException {
        try (var conversation = conversation(oneUser())) {
            String wrong = base64("\0tim\0n0tIt" + SECRET);
            String user = base64("tim");
            String password = base64(SECRET);
            String token = base64("user=tim\1auth=Bearer " + SECRET + "\1\1");
            secrets.addAll(List.of(PLAIN, wrong, password, token));
            String[] lines = {
                "AUTH PLAIN " + PLAIN,
                "EHLO client.example",
                "AUTH\tPLAIN\t" + PLAIN,
                "authplain " + PLAIN,
                "AUTH PLAIN " + wrong,
                "AUTH XOAUTH2",
                token, // the client did not wait for the 504
                "NOOP",
                "AUTH PLAIN " + PLAIN + "=",
                PLAIN,
                "NOOP",
                "AUTH LOGIN",
                user,
                password + "!",
                "AUTH LOGIN",
                "!!!",
                password, // sent before the 501 to the invalid base64
                "NOOP",
                "AUTH LOGIN",
                user,
                "A".repeat(12_288),
                password,
                "NOOP",
                "AUTH LOGIN",
                user,
                password
            };
            int before = conversation.lines().size();
            for (String line : lines) {
                ask(conversation, line);
            }
            assertThat(last(conversation)).startsWith("235 ");
            assertThat(conversation.lines().subList(before, conversation.lines().size()))
                    .noneMatch(line -> secrets.stream().anyMatch(line::contains));
        }
    }

    /** A listener that records a session can leave secrets out. */
    @Test
    void tellsListenersWhichBytesAreSecret() throws IOException {
        var wire = new ByteArrayOutputStream();
        var blanked = new ArrayList<long[]>();
        SessionListener.Source source = (client, nanos) -> new SessionListener() {
            @Override
            public void read(byte[] bytes, int from, int to, long at) {
                wire.write(bytes, from, to - from);
            }

            @Override
            public void secret(long from, long to, long at) {
                blanked.add(new long[] {from, to});
            }
        };
        Ports ports = Ports.of(sink).withAuthentication(oneUser()).withListeners(source);
        try (var conversation = new Conversation(ports, Limits.DEFAULTS)) {
            conversation.send(EHLO);
            ask(conversation, "AUTH PLAIN " + base64("\0tim\0wrong"));
            ask(conversation, "NOOP");
            ask(conversation, "AUTH PLAIN\0" + PLAIN);
            ask(conversation, "AUTH PLAIN");
            ask(conversation, "!");
            ask(conversation, PLAIN + "\0");
            ask(conversation, "NOOP");
            ask(conversation, "AUTH PLAIN " + PLAIN.repeat(500));
            ask(conversation, "AUTH PLAIN");
            ask(conversation, PLAIN);
            ask(conversation, "NOOP");
        }
        byte[] bytes = wire.toByteArray();
        for (long[] range : blanked) {
            for (long i = range[0]; i < range[1]; i++) {
                bytes[(int) i] = '.';
            }
        }
        assertThat(new String(bytes, UTF_8))
                .isEqualTo(EHLO + "AUTH PLAIN" + ".".repeat(19) + "NOOP\r\n"
                        + ".".repeat(PLAIN.length() + 13) + "AUTH PLAIN\r\n..." + ".".repeat(PLAIN.length() + 3)
                        + "NOOP\r\n" + ".".repeat(PLAIN.length() * 500 + 13) + "AUTH PLAIN\r\n"
                        + ".".repeat(PLAIN.length() + 2) + "NOOP\r\n");
    }

    private static SSLSession someTls() throws NoSuchAlgorithmException {
        return SSLContext.getDefault().createSSLEngine().getSession();
    }
}
