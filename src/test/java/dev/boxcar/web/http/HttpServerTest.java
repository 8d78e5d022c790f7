// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.http.stream.Gzip;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The HTTP server over real connections. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class HttpServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable HttpServer running;

    @AfterEach
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    private static Router router() {
        var files = new StaticFiles("/mail");
        return new Router()
                .add("GET", "/", exchange -> files.serve(exchange, "index.html"))
                .add("GET", "/view/{id}.html", exchange -> exchange.text(200, "page " + exchange.parameter("id")))
                .add("GET", "/tags/{tag}", exchange -> exchange.text(200, "tag " + exchange.parameter("tag")))
                .add("PUT", "/things", exchange -> exchange.text(200, new String(exchange.body(10), UTF_8)))
                .add(
                        "GET",
                        "/json",
                        exchange -> exchange.json(json -> {
                            json.writeStartArray();
                            for (int i = 0; i < 100_000; i++) {
                                json.writeNumber(i);
                            }
                            json.writeEndArray();
                        }))
                .add("GET", "/fault", exchange -> {
                    throw new IllegalStateException("ours");
                })
                .add(new Route(
                        "GET",
                        "/signed",
                        Route.Access.AUTHENTICATED,
                        exchange -> exchange.text(200, exchange.signedUrl("/view/a.html"))))
                .add(new Route("GET", "/livez", Route.Access.PUBLIC, exchange -> exchange.status(200)))
                .add("GET", "/files/{name...}", exchange -> files.serve(exchange, exchange.parameter("name")));
    }

    private void start(String webRoot, WebAccounts accounts, OriginGuard guard) throws IOException {
        running = HttpServer.start(new HttpServer.Options("127.0.0.1", 0, webRoot, accounts, guard, null), router());
    }

    private void start() throws IOException {
        start("", WebAccounts.NONE, new OriginGuard(List.of(), List.of("https://app.example")));
    }

    @Test
    void aClientThatSendsItsWholeBodyBeforeItReadsGetsTheRefusal() throws Exception {
        start();
        assertThat(refusalAfterSending("PUT /things", "Host: localhost")).startsWith("HTTP/1.1 413 ");
        assertThat(refusalAfterSending("PUT /nosuch", "Host: localhost")).startsWith("HTTP/1.1 404 ");
        assertThat(refusalAfterSending("POST /things", "Host: localhost")).startsWith("HTTP/1.1 405 ");
        assertThat(refusalAfterSending("PUT /things", "Host: evil.example")).startsWith("HTTP/1.1 403 ");
    }

    private String refusalAfterSending(String target, String host) throws IOException {
        var body = new byte[24 * 1024 * 1024];
        try (var socket = new Socket("127.0.0.1", server().addresses().get(0).getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((target + " HTTP/1.1\r\n" + host + "\r\nConnection: close\r\nContent-Length: " + body.length
                                    + "\r\n\r\n")
                            .getBytes(US_ASCII));
            socket.getOutputStream().write(body);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void ignoresEmptyPathSegments() throws Exception {
        start();
        assertThat(raw("GET //view/abc.html HTTP/1.1\r\nHost: localhost\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("page abc");
        assertThat(raw("GET /view//abc.html HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void decodesAnEscapedSlashInASegment() throws Exception {
        start();
        assertThat(get("/tags/a%2Fb%20%C3%A4").body()).isEqualTo("tag a/b ä");
        assertThat(raw("GET /tags/a%2 HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void reportsUnknownPathsAndMethods() throws Exception {
        start();
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/nothing").headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
        assertThat(get("/things").statusCode()).isEqualTo(405);
        assertThat(get("/things").headers().firstValue("Allow")).hasValue("PUT");
        assertThat(call("POST", "/json").headers().firstValue("Allow")).hasValue("GET, HEAD");
        assertThat(get("/fault").statusCode()).isEqualTo(500);
        assertThat(get("/fault").body()).doesNotContain("ours");
    }

    @Test
    void limitsTheRequestBody() throws Exception {
        start();
        assertThat(put("0123456789").body()).isEqualTo("0123456789");
        assertThat(put("0123456789a").statusCode()).isEqualTo(413);
    }

    @Test
    void streamsALongResponse() throws Exception {
        start();
        assertThat(get("/json").body()).startsWith("[0,1,2,").endsWith(",99998,99999]");
    }

    @Test
    void refusesAForeignHostName() throws Exception {
        start();
        assertThat(raw("GET /livez HTTP/1.1\r\nHost: rebound.example\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(raw("GET http://rebound.example/livez HTTP/1.1\r\nHost: rebound.example\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(raw("GET /livez HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void refusesChangesByForeignPages() throws Exception {
        start();
        assertThat(crossSite("http://evil.example").statusCode()).isEqualTo(403);
        assertThat(crossSite("null").statusCode()).isEqualTo(403);
        assertThat(crossSite("https://app.example").statusCode()).isEqualTo(200);
        assertThat(crossSite(base()).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesReadsByForeignPages() throws Exception {
        start();
        for (String field : List.of("Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site")) {
            assertThat(raw("GET /view/a.html HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n"))
                    .as(field)
                    .startsWith("HTTP/1.1 403 ");
        }
        String navigates = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
        for (String fields : List.of(
                "",
                "Sec-Fetch-Site: same-origin\r\n",
                "Origin: http://localhost\r\n",
                navigates,
                "Sec-Fetch-Site: cross-site\r\nOrigin: https://app.example\r\n")) {
            assertThat(raw("GET /view/a.html HTTP/1.1\r\nHost: localhost\r\n" + fields))
                    .as(fields)
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aSandboxedFrameMayReadSignedUrls() throws Exception {
        start();
        String url = get("/signed").body();
        for (String field : List.of("Origin: null", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image")) {
            assertThat(raw("GET " + url + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n"))
                    .as(field)
                    .startsWith("HTTP/1.1 200 ");
            for (String forged :
                    List.of(url.replace("a.html", "b.html"), url + "x", "/view/a.html?key=", "/view/a.html?key=AAAA")) {
                assertThat(raw("GET " + forged + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n"))
                        .as(forged)
                        .startsWith("HTTP/1.1 403 ");
            }
            assertThat(raw("PUT " + url + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + field + "\r\n"))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void onlyConfiguredOriginsMayReadResponses() throws Exception {
        start();
        assertThat(crossSite("https://app.example").headers().firstValue("Access-Control-Allow-Origin"))
                .hasValue("https://app.example");
        assertThat(crossSite("http://evil.example").headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        var preflight = HttpRequest.newBuilder(URI.create(base() + "/things"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "PUT");
        HttpResponse<String> answer = client.send(preflight.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElse(""))
                .contains("PUT");
    }

    @Test
    void requiresALogInIfThereAreAccounts() throws Exception {
        start("", WebAccounts.of(List.of("ada:secret:with colon", "bob:x")), new OriginGuard(List.of(), List.of()));
        assertThat(get("/json").statusCode()).isEqualTo(401);
        assertThat(get("/json").headers().firstValue("WWW-Authenticate").orElse(""))
                .startsWith("Basic ");
        assertThat(get("/unknown").statusCode()).isEqualTo(401);
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(asUser("ada:secret:with colon")).isEqualTo(200);
        assertThat(asUser("ada:wrong")).isEqualTo(401);
        assertThat(asUser("eve:x")).isEqualTo(401);
        assertThat(asUser("ada")).isEqualTo(401);
    }

    @Test
    void rejectsHashedPasswords() {
        assertThatThrownBy(() -> WebAccounts.of(List.of("ada:$2y$05$abc"))).hasMessageContaining("account 1");
        assertThatThrownBy(() -> WebAccounts.of(List.of("a:b", "ada"))).hasMessageContaining("account 2");
    }

    @Test
    void servesEverythingBelowTheWebRoot() throws Exception {
        start("mail/", WebAccounts.NONE, new OriginGuard(List.of(), List.of()));
        assertThat(server().urls().get(0)).isEqualTo(base() + "/mail/");
        assertThat(get("/livez").statusCode()).isEqualTo(404);
        assertThat(get("/mail/livez").statusCode()).isEqualTo(200);
        assertThat(get("/").statusCode()).isEqualTo(302);
        assertThat(get("/mail").body()).contains("<base href=\"/mail/\">");
    }

    @Test
    void filesHaveAnETagAndAPolicy() throws Exception {
        start();
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self';")
                .doesNotContain("unsafe");
        String tag = page.headers().firstValue("ETag").orElseThrow();
        var again = HttpRequest.newBuilder(URI.create(base() + "/")).header("If-None-Match", tag);
        assertThat(client.send(again.build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(304);
        assertThat(get("/files/index.html").statusCode()).isEqualTo(200);
        assertThat(get("/files/..%2F..%2Fdev/boxcar/cli/version.properties").statusCode())
                .isEqualTo(404);
        assertThat(raw("GET /files/../index.html HTTP/1.1\r\nHost: localhost\r\n"))
                .doesNotContain(" 200 ");
    }

    @Test
    void compressesForClientsThatAcceptGzip() throws Exception {
        start();
        for (String path : List.of("/json", "/")) {
            HttpResponse<byte[]> coded = client.send(
                    HttpRequest.newBuilder(URI.create(base() + path))
                            .header("Accept-Encoding", "br;q=1, gzip;q=0.5")
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(coded.headers().firstValue("Content-Encoding")).as(path).hasValue("gzip");
            assertThat(coded.headers().allValues("Vary")).contains("Accept-Encoding");
            try (var in = new GZIPInputStream(new ByteArrayInputStream(coded.body()))) {
                assertThat(new String(in.readAllBytes(), UTF_8))
                        .isEqualTo(get(path).body());
            }
            assertThat(coded.headers().firstValue("ETag").orElse("a"))
                    .isNotEqualTo(get(path).headers().firstValue("ETag").orElse("b"));
            assertThat(get(path).headers().firstValue("Content-Encoding")).isEmpty();
        }
        assertThat(raw("GET /fault HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"))
                .doesNotContain("Content-Encoding");
        assertThat(raw("HEAD /json HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n");
        assertThat(List.of("gzip", "*", "deflate, GZIP ; q=0.1")).allMatch(Gzip::isAccepted);
        assertThat(List.of("", "br", "gzip;q=0", "*;q=0.0", "gzip; q=0.000")).noneMatch(Gzip::isAccepted);
    }

    @Test
    void servesHttpsAndReplacesTheCertificate() throws Exception {
        var files =
                new KeyFiles(Path.of("src/test/resources/tls/ec.crt"), Path.of("src/test/resources/tls/ec-pkcs8.key"));
        var options = new HttpServer.Options(
                "127.0.0.1", 0, "", WebAccounts.NONE, new OriginGuard(List.of(), List.of()), files.context());
        running = HttpServer.start(options, router());
        assertThat(server().urls().get(0)).startsWith("https://127.0.0.1:");
        X509Certificate first = serverCertificate();
        server().replaceTls(new KeyFiles(
                        Path.of("src/test/resources/tls/rsa.crt"), Path.of("src/test/resources/tls/rsa-pkcs8.key"))
                .context());
        assertThat(serverCertificate().getPublicKey().getAlgorithm()).isEqualTo("RSA");
        assertThat(first.getPublicKey().getAlgorithm()).isEqualTo("EC");
    }

    /** The certificate of the server, from a connection that also serves a request. */
    private X509Certificate serverCertificate() throws Exception {
        var seen = new AtomicReference<X509Certificate>();
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new RecordingTrustManager(seen)}, null);
        try (var socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", server().addresses().get(0).getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 200 ");
        }
        return Objects.requireNonNull(seen.get());
    }

    private record RecordingTrustManager(AtomicReference<X509Certificate> seen) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            seen.set(chain[0]);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void reportsAPortInUseInOneLine() throws Exception {
        start();
        int port = server().addresses().get(0).getPort();
        var options = new HttpServer.Options(
                "127.0.0.1", port, "", WebAccounts.NONE, new OriginGuard(List.of(), List.of()), null);
        assertThatThrownBy(() -> HttpServer.start(options, router()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + port + ": the port is in use");
    }

    @Test
    void listensOnBothLoopbackAddressesForLocalhost() throws Exception {
        running = HttpServer.start(
                new HttpServer.Options(
                        "localhost", 0, "", WebAccounts.NONE, new OriginGuard(List.of(), List.of()), null),
                router());
        List<Integer> ports = server().addresses().stream()
                .map(InetSocketAddress::getPort)
                .distinct()
                .toList();
        assertThat(ports).hasSize(1);
        assertThat(server().urls().get(0)).isEqualTo("http://127.0.0.1:" + ports.get(0) + "/");
    }

    private HttpServer server() {
        return Objects.requireNonNull(running);
    }

    private String base() {
        return "http://127.0.0.1:" + server().addresses().get(0).getPort();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(base() + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> put(String body) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(base() + "/things")).PUT(HttpRequest.BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(base() + path)).method(method, HttpRequest.BodyPublishers.noBody());
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> crossSite(String origin) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(base() + "/things"))
                .PUT(HttpRequest.BodyPublishers.ofString("x"))
                .header("Origin", origin);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private int asUser(String pair) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(base() + "/json"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    /** Sends a request that HTTP clients would not send, and returns the whole response. */
    private String raw(String head) throws IOException {
        try (var socket = new Socket("127.0.0.1", server().addresses().get(0).getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
