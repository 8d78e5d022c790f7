// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The spam check against a server that speaks like spamd. */
@Timeout(60)
class SpamCheckTest {
    private static final byte[] MESSAGE = "Subject: x\r\n\r\nbuy now\r\n".getBytes(UTF_8);

    private ServerSocket spamd;
    private CompletableFuture<String> unused = new CompletableFuture<>();

    @BeforeEach
    void open() throws IOException {
        spamd = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void close() throws IOException {
        spamd.close();
    }

    /** Answers one request with these lines; completes with the request. */
    private CompletableFuture<String> answer(String... lines) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket client = spamd.accept()) {
                String request = new String(client.getInputStream().readAllBytes(), UTF_8);
                client.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(UTF_8));
                return request;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private SpamCheck check(Duration maxDuration) {
        return new SpamCheck("127.0.0.1", spamd.getLocalPort(), maxDuration);
    }

    @Test
    void readsTheReport() throws Exception {
        CompletableFuture<String> request = answer(
                "SPAMD/1.1 0 EX_OK",
                "Content-length: 500",
                "Spam: True ; 6.2 / 5.0",
                "",
                "Content analysis details:   (6.2 points, 5.0 required)",
                "",
                " pts rule name              description",
                "---- ---------------------- --------------------------------------------------",
                " 0.0 FREEMAIL_FROM          Sender email is commonly abused enduser mail",
                "                            provider",
                "-0.1 DKIM_VALID             Message has at least one valid signature",
                " 6.3 BUY_NOW                BODY: buy now",
                "",
                "The original message was not plain text.");
        SpamCheck.Verdict verdict = check(Duration.ofSeconds(30)).check(MESSAGE);
        assertThat(request.get(30, TimeUnit.SECONDS))
                .isEqualTo("REPORT SPAMC/1.5\r\nContent-length: " + MESSAGE.length + "\r\n\r\n"
                        + new String(MESSAGE, UTF_8));
        assertThat(verdict.problem()).isEmpty();
        assertThat(verdict.isSpam()).isTrue();
        assertThat(verdict.score()).isEqualTo(6.2);
        assertThat(verdict.rules())
                .containsExactly(
                        new SpamCheck.Rule(0, "FREEMAIL_FROM", "Sender email is commonly abused enduser mail provider"),
                        new SpamCheck.Rule(-0.1, "DKIM_VALID", "Message has at least one valid signature"),
                        new SpamCheck.Rule(6.3, "BUY_NOW", "BODY: buy now"));
    }

    @Test
    void aMessageMayBeNoSpamAndMatchNoRule() {
        unused = answer("SPAMD/1.5 0 EX_OK", "Spam: False ; -1.0 / 5.0", "", "");
        SpamCheck.Verdict verdict = check(Duration.ofSeconds(30)).check(MESSAGE);
        assertThat(verdict).isEqualTo(new SpamCheck.Verdict("", false, -1.0, java.util.List.of()));
    }

    @Test
    void saysWhyThereIsNoVerdict() throws Exception {
        unused = answer("SPAMD/1.5 76 Bad header line");
        assertThat(check(Duration.ofSeconds(30)).check(MESSAGE).problem()).isEqualTo("spamd: Bad header line");
        unused = answer("HTTP/1.1 400 Bad Request");
        assertThat(check(Duration.ofSeconds(30)).check(MESSAGE).problem()).contains("not spamd");
        unused = answer("SPAMD/1.5 0 EX_OK", "");
        assertThat(check(Duration.ofSeconds(30)).check(MESSAGE).problem()).contains("no verdict");
        assertThat(check(Duration.ofMillis(200)).check(MESSAGE).problem()).contains("did not answer in time");
        assertThat(check(Duration.ofSeconds(30))
                        .check(new byte[SpamCheck.MAX_MESSAGE_BYTES + 1])
                        .problem())
                .contains("larger than");
        int port = spamd.getLocalPort();
        spamd.close();
        assertThat(new SpamCheck("127.0.0.1", port).check(MESSAGE).problem()).startsWith("spamd at 127.0.0.1:" + port);
    }

    @Test
    void anEndlessResponseIsCut() throws Exception {
        CompletableFuture<Void> endless = CompletableFuture.runAsync(() -> {
            try (Socket client = spamd.accept()) {
                var block = "x".repeat(10_000).getBytes(UTF_8);
                while (true) {
                    client.getOutputStream().write(block);
                }
            } catch (IOException e) {
                // the check has closed the connection
            }
        });
        assertThat(check(Duration.ofSeconds(30)).check(MESSAGE).problem()).contains("not spamd");
        endless.get(30, TimeUnit.SECONDS);
    }
}
