// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What takes a whole program, or two: messages that go on over TLS to who wants a name, the web over HTTPS, Mailpit's
 * variables.
 */
@Timeout(180)
@SuppressWarnings("NullAway") // a field that is missing fails the test
class PackagedSinkIT {
    private static final String CERT = "--tls-cert=" + resource("ec.crt");
    private static final String KEY = "--tls-key=" + resource("ec-pkcs8.key");

    @TempDir
    Path directory;

    private static Path resource(String name) {
        return Path.of("src/test/resources/tls", name).toAbsolutePath();
    }

    @Test
    void releasesWithStartTlsAndAuthentication() throws Exception {
        Path users = directory.resolve("users");
        Process passwd = PackagedServer.program(directory, List.of("passwd", users.toString(), "ann"))
                .redirectErrorStream(true)
                .start();
        passwd.getOutputStream().write("secret\n".getBytes(UTF_8));
        passwd.getOutputStream().close();
        String said = new String(passwd.getInputStream().readAllBytes(), UTF_8);
        assertThat(passwd.waitFor()).as(said).isZero();
        try (var real = PackagedServer.start(
                directory, Map.of(), CERT, KEY, "--tls-required", "--auth-file=" + users, "--auth-required")) {
            String to = "--release-to=127.0.0.1:" + real.smtpPort();
            for (String tls : List.of("--release-tls=starttls", "--release-tls=off")) {
                for (String auth : List.of("ann:secret", "ann:wrong")) {
                    boolean right = tls.endsWith("starttls") && auth.endsWith("secret");
                    try (var sink = PackagedServer.start(
                            directory, Map.of(), to, tls, "--release-tls-insecure", "--release-auth=" + auth)) {
                        send(sink, "r@example.test");
                        HttpResponse<String> answer = release(sink);
                        assertThat(answer.statusCode())
                                .as(tls + " " + answer.body())
                                .isEqualTo(right ? 200 : 400);
                        if (!right) {
                            assertThat(answer.body()).startsWith("SMTP error: ");
                        }
                    }
                }
            }
            assertThat(JsonTree.at(json(real, "/api/v1/messages"), "total")).isEqualTo(1);
            assertThat(JsonTree.at(json(real, "/api/v1/messages"), "messages.0.Username"))
                    .isEqualTo("ann");
            try (var strict = PackagedServer.start(directory, Map.of(), to, "--release-tls=starttls")) {
                send(strict, "r@example.test");
                assertThat(release(strict).statusCode())
                        .as("a certificate that nobody knows")
                        .isEqualTo(400);
            }
            Object about = json(real, "/api/boxcar/v1/about");
            assertThat(JsonTree.at(about, "tls")).isEqualTo("required");
            assertThat(JsonTree.at(about, "auth")).isEqualTo("required");
        }
    }

    @Test
    void servesTheWebByHttps() throws Exception {
        try (var sink = PackagedServer.start(
                directory,
                Map.of(
                        "MP_UI_TLS_CERT",
                        resource("ec.crt").toString(),
                        "MP_UI_TLS_KEY",
                        resource("ec-pkcs8.key").toString()))) {
            assertThat(sink.base()).startsWith("https://127.0.0.1:");
            HttpResponse<String> answer = trusting()
                    .send(
                            HttpRequest.newBuilder(URI.create(sink.base() + "/readyz"))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void honoursOrReportsMailpitsVariables() throws Exception {
        Map<String, String> environment = Map.of(
                "MP_SMTP_ALLOWED_RECIPIENTS", "@example\\.test$",
                "MP_MAX_MESSAGE_SIZE", "1",
                "MP_TAGS_DISABLE", "x-tags",
                "MP_POP3_BIND_ADDR", "0.0.0.0:1110",
                "MP_DISABLE_VERSION_CHECK", "true");
        try (var sink = PackagedServer.start(directory, environment)) {
            assertThat(send(sink, "b@example.test")).startsWith("250");
            assertThat(send(sink, "b@example.com")).startsWith("550 5.7.1");
            String large = "{\"From\":{\"Email\":\"a@b.test\"},\"To\":[{\"Email\":\"c@d.test\"}],\"Text\":\""
                    + "long ".repeat(300_000) + "\"}";
            HttpResponse<String> answer = post(sink, "/api/v1/send", large);
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).startsWith("{\"Error\":");
            assertThat(sink.errors())
                    .contains("MP_TAGS_DISABLE is not supported: ", "MP_POP3_BIND_ADDR is not supported: ")
                    .doesNotContain("MP_DISABLE_VERSION_CHECK");
        }
    }

    @Test
    void postsEveryMessageDuringShutdown() throws Exception {
        var heard = new AtomicInteger();
        var mayAnswer = new CountDownLatch(1);
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            heard.incrementAndGet();
            await().atMost(Duration.ofSeconds(60)).until(() -> mayAnswer.getCount() == 0);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        try (var sink = PackagedServer.start(
                directory,
                Map.of(),
                "--webhook-url=http://127.0.0.1:" + receiver.getAddress().getPort() + "/")) {
            for (int i = 0; i < 5; i++) {
                assertThat(send(sink, "b@example.test")).startsWith("250");
            }
            await().until(() -> heard.get() == 1);
            var ending = new Thread(sink::close);
            ending.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> !listens(sink.smtpPort()));
            mayAnswer.countDown();
            ending.join();
            assertThat(heard).as(sink.errors()).hasValue(5);
        } finally {
            mayAnswer.countDown();
            receiver.stop(0);
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static HttpResponse<String> release(PackagedServer sink) throws Exception {
        return post(sink, "/api/v1/message/latest/release", "{\"To\":[\"r@example.test\"]}");
    }

    private static HttpResponse<String> post(PackagedServer sink, String path, String body) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(sink.base() + path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    private static Object json(PackagedServer sink, String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(sink.base() + path));
        return JsonTree.read(HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .body());
    }

    /** The reply to RCPT if that is a refusal, else the reply to the message. */
    private static String send(PackagedServer sink, String recipient) throws Exception {
        try (var socket = new Socket("127.0.0.1", sink.smtpPort())) {
            socket.setSoTimeout(20_000);
            var answers = new ArrayList<String>();
            var in = socket.getInputStream();
            for (String line : List.of(
                    "",
                    "HELO c.test\r\n",
                    "MAIL FROM:<a@example.test>\r\n",
                    "RCPT TO:<" + recipient + ">\r\n",
                    "DATA\r\n",
                    "Subject: one\r\n\r\nx\r\n.\r\n")) {
                socket.getOutputStream().write(line.getBytes(US_ASCII));
                var answer = new StringBuilder();
                for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                    answer.append((char) c);
                }
                answers.add(answer.toString());
                if (answer.charAt(0) == '5') {
                    break;
                }
            }
            return answers.get(answers.size() - 1);
        }
    }

    private static HttpClient trusting() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
