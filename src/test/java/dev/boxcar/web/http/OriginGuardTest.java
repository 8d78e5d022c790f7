// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginGuardTest {
    private final OriginGuard guard =
            new OriginGuard(List.of("mail.example.com"), List.of("https://app.example:3000", "tools.example"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8025",
                "LOCALHOST:8025",
                "127.0.0.1:8025",
                "10.1.2.3",
                "[::1]:8025",
                "[fe80::1]",
                "mailpit:8025",
                "mail_sink",
                "host.docker.internal:8025",
                "boxcar.mail.svc.cluster.local",
                "printer.local",
                "boxcar.localhost:8025",
                "app.test",
                "mail.example.com",
                "Mail.Example.Com:80",
                "mail.example.com.:80"
            })
    void acceptsItsOwnHosts(String host) {
        assertThat(guard.knowsHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8025",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "1.2.3.4.5",
                "internal.example",
                "a.internal.evil.example",
                "testlocal.example",
                "127.0.0.1.nip.io:8025",
                "",
                ":8025",
                "a b",
                "evil.example:80:8025",
                "other.mail.example.com"
            })
    void refusesHostsThatOthersCanRegister(String host) {
        assertThat(guard.knowsHost(host)).isFalse();
    }

    @Test
    void acceptsItsOwnOrigin() {
        assertThat(guard.isAllowed(null, "localhost:8025")).isTrue();
        assertThat(guard.isAllowed("http://localhost:8025", "localhost:8025")).isTrue();
        assertThat(guard.isAllowed("https://localhost", "localhost")).isTrue();
        assertThat(guard.isAllowed("http://localhost", "localhost:80")).isTrue();
        assertThat(guard.isAllowed("http://[::1]:8025", "[::1]:8025")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "http://localhost",
                "http://localhost:3000",
                "http://127.0.0.1:8025",
                "nonsense",
                "http://app.example:3000",
                "https://app.example"
            })
    void refusesForeignOrigins(String origin) {
        assertThat(guard.isAllowed(origin, "localhost:8025")).isFalse();
    }

    @Test
    void acceptsConfiguredOrigins() {
        assertThat(guard.isAllowed("https://app.example:3000", "localhost:8025"))
                .isTrue();
        assertThat(guard.isAllowed("http://tools.example:99", "localhost:8025")).isTrue();
        assertThat(new OriginGuard(List.of(), List.of("*")).isAllowed("http://any.example", "localhost:8025"))
                .isTrue();
    }

    @Test
    void acceptsTheOriginOfAProxyThatKeepsAnotherHost() {
        assertThat(guard.isAllowed("https://mail.example.com", "boxcar:8025")).isTrue();
        assertThat(guard.isAllowed("https://other.example.com", "boxcar:8025")).isFalse();
        assertThat(new OriginGuard(List.of("*"), List.of()).isAllowed("https://evil.example", "boxcar:8025"))
                .isFalse();
    }

    @Test
    void distinguishesCrossSiteFetchesFromNavigation() {
        assertThat(guard.isCrossSiteFetch("GET", "cross-site", "no-cors", "image"))
                .isTrue();
        assertThat(guard.isCrossSiteFetch("GET", "cross-site", "navigate", "iframe"))
                .isTrue();
        assertThat(guard.isCrossSiteFetch("POST", "cross-site", "navigate", "document"))
                .isTrue();
        assertThat(guard.isCrossSiteFetch("GET", "cross-site", null, null)).isTrue();
        assertThat(guard.isCrossSiteFetch("GET", "cross-site", "navigate", "document"))
                .isFalse();
        assertThat(guard.isCrossSiteFetch("GET", null, null, null)).isFalse();
        for (String site : List.of("same-origin", "same-site", "none")) {
            assertThat(guard.isCrossSiteFetch("GET", site, "no-cors", "image")).isFalse();
        }
        assertThat(new OriginGuard(List.of(), List.of("*")).isCrossSiteFetch("GET", "cross-site", "no-cors", "image"))
                .isFalse();
    }
}
