// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LinkCheckTest {
    private final AtomicInteger visits = new AtomicInteger();
    private HttpServer site;
    private String base;

    @BeforeEach
    void serve() throws Exception {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        base = "http://127.0.0.1:" + site.getAddress().getPort();
        answer("/here", 200, "");
        answer("/gone", 404, "");
        answer("/moved", 302, "/here");
        answer("/round", 302, "/round");
        answer("/inward", 302, "http://10.0.0.1/secret");
        site.start();
    }

    private void answer(String path, int status, String location) {
        site.createContext(path, exchange -> {
            visits.incrementAndGet();
            if (!location.isEmpty()) {
                exchange.getResponseHeaders().add("Location", location);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        site.stop(0);
    }

    @Test
    void neverConnectsToThisMachine() {
        List<LinkCheck.Link> links =
                new LinkCheck().check(List.of(base + "/here", base.replace("127.0.0.1", "localhost") + "/here"), true);
        assertThat(links).hasSize(2).allMatch(LinkCheck.Link::isBroken);
        assertThat(links.get(0).reason()).contains("private address");
        assertThat(visits).hasValue(0);
    }

    @Test
    void hasTheSummaryOfThePage() {
        var check = new LinkCheck(InetAddress::isLoopbackAddress, Duration.ofMinutes(1));
        List<LinkCheck.Link> links =
                check.check(List.of(base + "/here", base + "/gone", base + "/moved", base + "/here"), false);
        assertThat(links).extracting(LinkCheck.Link::status).containsExactly(200, 404, 302);
        assertThat(links).extracting(LinkCheck.Link::isBroken).containsExactly(false, true, false);
    }

    @Test
    void checksEachRedirect() {
        var check = new LinkCheck(InetAddress::isLoopbackAddress, Duration.ofMinutes(1));
        assertThat(check.check(List.of(base + "/moved"), true).get(0).status()).isEqualTo(200);
        assertThat(check.check(List.of(base + "/inward"), true).get(0).reason()).contains("private address");
        assertThat(check.check(List.of(base + "/round"), true).get(0).reason()).contains("redirects");
    }

    /** What a browser opens is not reported as broken. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "http://a.example|http://a.example|a.example|/",
                "HTTP://A.Example:80?q|http://a.example:80?q|a.example|/?q",
                "https://a.example:443/|https://a.example:443/|a.example|/",
                "http://user:secret@a.example:81/x|http://a.example:81/x|a.example:81|/x",
                "http://a.example/a b?c=d e#f|http://a.example/a%20b?c=d%20e|a.example|/a%20b?c=d%20e",
                "http://a.example/100%/%41|http://a.example/100%25/%41|a.example|/100%25/%41",
                "http://a.example/[x]|http://a.example/%5Bx%5D|a.example|/%5Bx%5D",
                "http://a.example/ü|http://a.example/%C3%BC|a.example|/%C3%BC",
                "http://bücher.example/|http://xn--bcher-kva.example/|xn--bcher-kva.example|/",
                "http://my_app:8080/x|http://my_app:8080/x|my_app:8080|/x",
                "http://[::1]:8080/|http://[::1]:8080/|[::1]:8080|/"
            })
    void readsLinksAsABrowserDoes(String link, String uri, String host, String path) {
        LinkTarget target = requireNonNull(LinkTarget.of(link));
        assertThat(target.uri()).hasToString(uri);
        assertThat(target.hostField()).isEqualTo(host);
        assertThat(target.pathAndQuery()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://a.example/",
                "http:///x",
                "http://",
                "http://a.example:99999/",
                "http://a.example:8x/",
                "javascript:1",
                "http://a b/",
                "http://a@/",
                "http://\u0000/"
            })
    void doesNotFollowOtherLinks(String link) {
        assertThat(LinkTarget.of(link)).isNull();
    }

    @Test
    void resolvesRedirects() {
        LinkTarget target = requireNonNull(LinkTarget.of("https://a.example/x/y?z"));
        assertThat(requireNonNull(target.redirected("/a b")).uri()).hasToString("https://a.example/a%20b");
        assertThat(requireNonNull(target.redirected("b?c")).uri()).hasToString("https://a.example/x/b?c");
        assertThat(requireNonNull(target.redirected("//b.example/")).uri()).hasToString("https://b.example/");
        assertThat(requireNonNull(target.redirected("http://bücher.example/ü")).uri())
                .hasToString("http://xn--bcher-kva.example/%C3%BC");
        assertThat(target.redirected("mailto:a@b.example")).isNull();
    }

    @Test
    void stopsWhenTheTimeIsUp() {
        List<LinkCheck.Link> links = new LinkCheck(InetAddress::isLoopbackAddress, Duration.ZERO)
                .check(List.of(base + "/here", base + "/gone"), false);
        assertThat(links).extracting(LinkCheck.Link::reason).containsOnly("not checked: the check took too long");
        assertThat(visits).hasValue(0);
    }

    @Test
    void checksHttpUrlsOnly() {
        List<LinkCheck.Link> links = new LinkCheck()
                .check(List.of("ftp://a.example/", "javascript:alert(1)", "http://", "::", "file:///etc/passwd"), true);
        assertThat(links).hasSize(5).allMatch(link -> link.status() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.1.1",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "224.0.0.1",
                "198.18.0.1",
                "192.0.2.1",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "64:ff9b::a00:1",
                "2002:a00:1::",
                "2001:0:1::",
                "::ffff:10.0.0.1",
                "::a00:1"
            })
    void recognizesPrivateAddresses(String address) throws Exception {
        assertThat(LinkCheck.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "93.184.216.34", "172.32.0.1", "192.169.0.1", "2606:2800:220:1::1"})
    void recognizesPublicAddresses(String address) throws Exception {
        assertThat(LinkCheck.isPublic(InetAddress.getByName(address))).isTrue();
    }
}
