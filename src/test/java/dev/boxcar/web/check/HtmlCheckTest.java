// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which features of HTML and CSS the check finds, and what it reports about them. */
class HtmlCheckTest {
    private static Map<String, Integer> found(String html) throws Exception {
        return new TreeMap<>(new FeatureFinder(html, 1_000_000_000L).find(FeatureRule.all()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // elements and attributes
                "<video src=x></video>|html-video|1",
                "<p>a</p><p>b</p>|html-p|2",
                "<input type=radio><input type=text>|html-input-radio|1",
                "<a href='#top'>x</a><a href='mailto:a@b'>y</a>|html-anchor-links|1",
                "<a href='mailto:a@b'>y</a>|html-mailto-links|1",
                "<img src='cid:x' usemap='#m'>|html-image-maps|1",
                "<section></section><nav></nav>|html-semantics|2",
                "<!-- a --><p><!-- b --></p>|html-comments|2",
                "<!doctype html><p>x|html-doctype|1",
                "<body><p>x</body>|html-body|1",
                "<div role=x aria-hidden=true>|html-aria-hidden|1",
                // images
                "<img src='https://a/b.WEBP?x=1'>|image-webp|1",
                "<img src='data:image/png;base64,AA'>|image-base64|1",
                // declarations in attributes
                "<p style='display: flex; gap:1em'>|css-display-flex|1",
                "<p style='DISPLAY:FLEX'>|css-display|1",
                "<p style='gap:1em'>|css-unit-em|1",
                "<p style='width:calc(1px + 2%)'>|css-unit-calc|1",
                "<p style='color:red !important'>|css-important|1",
                "<p style='background:url(a;b:c)'>|css-background|1",
                "<p style='content:\";position:x\"'>|css-position|0",
                "<p style='color:var(--x)'>|css-variables|1",
                // style sheets: a rule counts for each element that it concerns
                "<style>p{border-radius:3px}</style><p>a</p><p>b</p>|css-border-radius|2",
                "<style>p:hover{border-radius:3px}</style><p>a</p>|css-border-radius|1",
                "<style>.none{border-radius:3px}</style>|css-border-radius|1",
                "<style>p:hover{}</style>|css-pseudo-class-hover|1",
                "<style>p:before{}</style>|css-pseudo-element-before|1",
                "<style>p::after{}</style>|css-pseudo-element-after|1",
                "<style>p:first-of-type{}</style>|css-pseudo-class-first-child|0",
                "<style>a > b{}</style>|css-selector-child|1",
                "<style>a b, c{}</style>|css-selector-grouping|1",
                "<style>@media (max-width:9px){p{gap:1px}}</style><p>|css-gap|1",
                "<style>@media (prefers-color-scheme:dark){}</style>|css-at-media-prefers-color-scheme|1",
                "<style>@media screen{}</style>|css-at-media-prefers-color-scheme|0",
                "<style>@font-face{font-family:x}</style>|css-at-font-face|1",
                "<style>@import url(x);p{}</style>|css-at-import|1",
                "<style>@-webkit-keyframes k{from{}}</style>|css-at-keyframes|1",
                "<style>/* c */p{}</style>|css-comments|1",
                "<style>p{b{color:red}}</style>|css-nesting|1",
                "<style>p{content:'}';position:fixed}</style><p>|css-position|1"
            })
    void finds(String html, String slug, int count) throws Exception {
        assertThat(found(html).getOrDefault(slug, 0)).as(slug).isEqualTo(count);
    }

    @Test
    void everyRuleHasAFeature() throws Exception {
        Set<String> slugs = FeatureRule.all().stream().map(FeatureRule::slug).collect(Collectors.toSet());
        FeatureCatalog catalog = FeatureCatalog.read(slugs);
        assertThat(catalog.features().keySet())
                .containsExactlyInAnyOrderElementsOf(slugs)
                .hasSizeGreaterThan(300);
        assertThat(catalog.features().values()).allSatisfy(feature -> {
            assertThat(feature.results()).as(feature.slug()).isNotEmpty();
            assertThat(feature.url()).startsWith("https://www.caniemail.com/features/");
        });
    }

    @Test
    void reportsScoresAndNotes() throws Exception {
        HtmlCheck check = HtmlCheck.of("<html><body><p>a</p><p>b</p><video src=x></video><p>c</p></body></html>");
        assertThat(check.nodes()).isEqualTo(5); // body is one
        assertThat(check.tests()).isGreaterThan(300);
        assertThat(check.programs().get("ios")).contains("Apple Mail", "Gmail");
        HtmlCheck.Warning video = check.warnings().stream()
                .filter(warning -> warning.slug().equals("html-video"))
                .findFirst()
                .orElseThrow();
        assertThat(video.found()).isEqualTo(1);
        assertThat(video.title()).isEqualTo("<video> element");
        HtmlCheck.Shares score = video.score();
        assertThat(score.supported() + score.partial() + score.unsupported()).isCloseTo(100, within(0.001));
        assertThat(score.unsupported()).isBetween(50.0, 100.0);
        assertThat(video.results()).anySatisfy(result -> {
            assertThat(result.name()).startsWith("Apple Mail macOS (");
            assertThat(result.support()).isEqualTo("yes");
        });
        assertThat(check.total().unsupported()).isCloseTo(score.unsupported() / 5, within(5.0));
        assertThat(check.warnings()).noneMatch(warning -> warning.score().supported() == 100);
    }

    @Test
    void writesLinksAndCodeOfDescriptionsAsHtml() {
        assertThat(MarkdownText.html("Use `<b>` or [this](https://a.example/x?y=1&z). [no](javascript:x)"))
                .isEqualTo("Use <code>&lt;b&gt;</code> or <a href=\"https://a.example/x?y=1&amp;z\" target=\"_blank\""
                        + " rel=\"noopener\">this</a>. [no](javascript:x)");
    }

    @Test
    void hostileInputTakesLittleTime() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(40), () -> {
            HtmlCheck.of("<style>" + "a{gap:1px}".repeat(20_000) + "</style>" + "<a>".repeat(2_000));
            HtmlCheck.of("<style>" + "{".repeat(20_000) + "</style>");
            HtmlCheck.of("<style>" + "@media x{".repeat(10_000) + "</style>");
            HtmlCheck.of("<style>" + "'\"(".repeat(20_000) + "</style>");
            HtmlCheck.of("<p style='" + "a:b;".repeat(20_000) + "'>");
            HtmlCheck.of("<p style='" + "a:" + "b".repeat(100_000) + "'>");
            HtmlCheck.of("<style>" + "/*".repeat(50_000) + "</style>");
        });
    }
}
