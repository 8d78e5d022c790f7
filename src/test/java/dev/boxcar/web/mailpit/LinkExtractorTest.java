// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkExtractorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "See http://a.example/x.|http://a.example/x",
                "(http://a.example/x)|http://a.example/x",
                "<https://a.example/x?a=1&b=2>,|https://a.example/x?a=1&b=2",
                "http://a.example/x_(y)|http://a.example/x_(y)",
                "(see http://a.example/x_(y)).|http://a.example/x_(y)",
                "http://a.example/x_(y)_z!|http://a.example/x_(y)_z"
            })
    void findsLinksInText(String text, String link) {
        assertThat(LinkExtractor.links(text, "")).containsExactly(link);
    }

    @Test
    void findsLinksInHtmlFirst() {
        String html =
                "<a href=' http://a.example/1 '></a><img src='https://a.example/2'><a href='mailto:a@b.example'></a>"
                        + "<a href='/3'></a><a href='http://a.example/?a=1&amp;b=2'></a>";
        assertThat(LinkExtractor.links("http://a.example/4 http://a.example/1", html))
                .containsExactly(
                        "http://a.example/1", "https://a.example/2", "http://a.example/?a=1&b=2", "http://a.example/4");
    }

    @Test
    void survivesLongText() {
        String link = "http://a.example/" + "x".repeat(1_000_000);
        assertThat(LinkExtractor.links(link, "")).containsExactly(link);
        assertThat(LinkExtractor.links("http://a.example/" + "(x)".repeat(100_000), ""))
                .hasSize(1);
    }
}
