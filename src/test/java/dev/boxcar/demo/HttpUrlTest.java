// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which URLs are accepted, and the host, port and target in them. */
class HttpUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.org,                 example.org,      80,   /",
        "HTTP://example.org/,                example.org,      80,   /",
        "http://example.org:8080/a/b?c=d#e,  example.org:8080, 8080, /a/b?c=d",
        "http://example.org?q,               example.org,      80,   /?q",
        "http://[::1]:8080/,                 [::1]:8080,       8080, /",
        "http://example.org/%C3%BC,          example.org,      80,   /%C3%BC",
        "http://example.org/\u00fc,          example.org,      80,   /%C3%BC",
    })
    void acceptsHttpUrls(String text, String authority, int port, String target) {
        HttpUrl url = HttpUrl.parse(text);
        assertThat(url.authority()).isEqualTo(authority);
        assertThat(url.address().getPort()).isEqualTo(port);
        assertThat(url.address().getHostString()).isEqualTo(authority.replaceAll("[\\[\\]]|:\\d+$", ""));
        assertThat(url.target()).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "https://example.org/       | 'https://example.org/': only http is supported, not https",
                "ftp://example.org/         | 'ftp://example.org/': only http is supported, not ftp",
                "example.org/path           | 'example.org/path' is not of the form http://HOST/PATH",
                "localhost:8080             | 'localhost:8080' is not of the form http://HOST/PATH",
                "http:///path               | 'http:///path' has no valid host and port*",
                "http://example.org:0/      | 'http://example.org:0/' has no valid host and port*",
                "http://example.org:70000/  | 'http://example.org:70000/' has no valid host and port*",
                "http://me:you@example.org/ | 'http://me:you@example.org/': a user and password are not supported",
                "http://example.org/a b     | 'http://example.org/a b' is not a valid URL: *",
            })
    void rejectsOtherUrls(String text, String complaint) {
        assertThatThrownBy(() -> HttpUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint.replace("*", ""));
    }
}
