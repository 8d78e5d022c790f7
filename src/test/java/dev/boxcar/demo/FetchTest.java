// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP client with correct and with faulty servers. */
@Timeout(60)
class FetchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final byte[] BODY = body();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<AutoCloseable> open = new ArrayList<>();

    private static byte[] body() {
        var bytes = new byte[300_000];
        new Random(4).nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void printsABodyOfKnownLengthByteForByte() throws Exception {
        assertThat(fetch(TIMEOUT, served(BODY.length, BODY))).isZero();
        assertThat(out.toByteArray()).isEqualTo(BODY);
        assertThat(err.toString(UTF_8)).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nContent-length: 300000\r\n");
    }

    @Test
    void printsAChunkedBodyWithoutTheChunkLengths() throws Exception {
        assertThat(fetch(TIMEOUT, served(0, BODY))).isZero();
        assertThat(err.toString(UTF_8)).containsIgnoringCase("Transfer-encoding: chunked\r\n");
        assertThat(out.toByteArray()).isEqualTo(BODY);
    }

    @Test
    void endsABodyWithoutALengthWithTheConnection() throws Exception {
        assertThat(fetch(TIMEOUT, sending("HTTP/1.0 200 OK\r\n\r\n" + new String(BODY, ISO_8859_1))))
                .isZero();
        assertThat(out.toByteArray()).isEqualTo(BODY);
    }

    @Test
    void acceptsAResponseWithoutABody() throws Exception {
        assertThat(fetch(TIMEOUT, served(-1, new byte[0]))).isZero();
        assertThat(out.size()).isZero();
    }

    @Test
    void fetchesFromManyHostsAtOnceAndFailuresDoNotAffectTheOthers() throws Exception {
        String counted = served(5, "count".getBytes(UTF_8));
        String chunked = served(0, "chunk".getBytes(UTF_8));
        String untilClose = sending("HTTP/1.0 200 OK\r\n\r\nclose");
        String silent = silent();
        String dead = dead();
        String unknown = "http://no-such-host.invalid/";

        int failed = fetch(Duration.ofSeconds(2), dead, silent, unknown, counted, chunked, untilClose);

        assertThat(failed).isEqualTo(3);
        assertThat(err.toString(UTF_8).lines())
                .containsExactlyInAnyOrder(
                        "boxcar: " + dead + ": Connection refused",
                        "boxcar: " + unknown + ": no such host",
                        "boxcar: " + silent + ": no response within 2 s");
        assertThat(parts())
                .contains(
                        "[4] " + counted + " ends with count",
                        "[5] " + chunked + " ends with chunk",
                        "[6] " + untilClose + " ends with close");
    }

    /** No server responds before all of them have received a request. */
    @Test
    void sendsEveryRequestBeforeAnyResponse() throws Exception {
        int hosts = 20;
        var asked = new CountDownLatch(hosts);
        var urls = new ArrayList<String>();
        for (int i = 0; i < hosts; i++) {
            urls.add(server(socket -> {
                asked.countDown();
                if (asked.await(10, TimeUnit.SECONDS)) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8));
                }
            }));
        }
        assertThat(fetch(TIMEOUT, urls.toArray(String[]::new))).isZero();
    }

    /** The server sends the rest of the body only after the beginning was printed. */
    @Test
    void printsABodyAsItArrives() throws Exception {
        var seen = new CountDownLatch(1);
        String url = server(socket -> {
            OutputStream answer = socket.getOutputStream();
            answer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nearly".getBytes(UTF_8));
            if (seen.await(10, TimeUnit.SECONDS)) {
                answer.write("later".getBytes(UTF_8));
            }
        });
        var printed = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                super.write(bytes, from, length);
                if (toString(UTF_8).equals("early")) {
                    seen.countDown();
                }
            }
        };
        assertThat(Fetch.all(List.of(HttpUrl.parse(url)), TIMEOUT, printed, err))
                .isZero();
        assertThat(printed.toString(UTF_8)).isEqualTo("earlylater");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK~Content-Length: 10~~short            | the connection closed in the middle of the body",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~short~ | the connection closed in the middle of the body",
                "HTTP/1.1 200 OK~Content-Le                           | the connection closed in the middle of the header",
                "''                                                   | the connection closed without a response",
                "HTTP/1.1 100 Continue~~                              | the connection closed without a response",
                "220 mx.example ESMTP~                                | not an HTTP/1 response: '220 mx.example ESMTP'",
                "HTTP/1.1 200 OK~Content-Length: ten~~                | invalid Content-Length: 'ten'",
                "HTTP/1.1 200 OK~Content-Length: 1, 2~~               | two different values of Content-Length: 1 and 2",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~x~       | invalid chunk length: 'x'",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~ab~    | bytes after the end of a chunk: 'b'",
            })
    void reportsAnInvalidResponseInOneLine(String answer, String complaint) throws Exception {
        String url = sending(answer.replace("~", "\r\n"));
        assertThat(fetch(TIMEOUT, url)).isEqualTo(1);
        assertThat(err.toString(UTF_8)).endsWith("boxcar: " + url + ": " + complaint + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 100 Continue~~HTTP/1.1 200 OK~Content-Length: 2~~ok  | ok",
                "HTTP/1.1 200 OK~Content-Length: 2~~ok and more                | ok",
                "HTTP/1.1 200 OK~Content-Length: 2, 2~~ok                      | ok",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1;x=y~o~01~k~0~Trailer: x~~ | ok",
                "HTTP/1.1 200 OK~Content-Length: 9~Transfer-Encoding: gzip, chunked~~2~ok~0~~ | ok",
                "HTTP/1.1 404 Not Found~Content-Length: 2~~no                  | no",
                "HTTP/1.1 204 No Content~Content-Length: 2~~no                 | ''",
            })
    void understandsEveryKindOfResponse(String answer, String body) throws Exception {
        assertThat(fetch(TIMEOUT, sending(answer.replace("~", "\r\n")))).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo(body);
    }

    @Test
    void reportsAResetInTheMiddle() throws Exception {
        String url = server(socket -> {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nhalf a wo".getBytes(UTF_8));
            socket.setSoLinger(true, 0); // the close that follows resets
        });
        assertThat(fetch(TIMEOUT, url)).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("boxcar: " + url + ": the connection broke");
    }

    @Test
    void rejectsAnEndlessHeader() throws Exception {
        String url = sending("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100_000));
        assertThat(fetch(TIMEOUT, url)).isEqualTo(1);
        assertThat(err.toString(UTF_8)).endsWith("the header is longer than 262144 bytes\n");
    }

    private int fetch(Duration timeout, String... urls) throws IOException, InterruptedException {
        return Fetch.all(List.of(urls).stream().map(HttpUrl::parse).toList(), timeout, out, err);
    }

    /** The number and URL of each part of the output, with its last five characters. */
    private List<String> parts() {
        return List.of(out.toString(UTF_8).split("(^|\n)==== ")).stream()
                .filter(part -> !part.isEmpty())
                .map(part -> part.replaceFirst("(?s) ====\n.*(.{5})$", " ends with $1"))
                .toList();
    }

    // servers

    /** Starts the JDK's HTTP server. A length of 0 means chunks, -1 no body. */
    private String served(long length, byte[] body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, length);
            try (OutputStream answer = exchange.getResponseBody()) {
                answer.write(body);
            }
        });
        server.start();
        open.add(() -> server.stop(0));
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/some/where?to=look";
    }

    private String sending(String answer) throws IOException {
        return server(socket -> socket.getOutputStream().write(answer.getBytes(ISO_8859_1)));
    }

    private String silent() throws IOException {
        var ended = new CountDownLatch(1);
        open.add(ended::countDown);
        return server(socket -> ended.await());
    }

    private static String dead() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort() + "/";
        }
    }

    private interface Answer {
        void to(Socket client) throws IOException, InterruptedException;
    }

    /** Reads one request, answers, and closes. */
    private String server(Answer answer) throws IOException {
        var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(listener);
        var thread = new Thread(() -> {
            try (Socket client = listener.accept()) {
                var request = new StringBuilder();
                while (request.indexOf("\r\n\r\n") < 0) {
                    request.append((char) client.getInputStream().read());
                }
                answer.to(client);
            } catch (IOException | InterruptedException e) {
                // the test checks what the client reports
            }
        });
        thread.setDaemon(true);
        thread.start();
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }
}
