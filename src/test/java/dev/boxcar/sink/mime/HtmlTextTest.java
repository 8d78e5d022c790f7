// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTML converted to plain text. */
class HtmlTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<p>one<p>two|one%%two",
                "<div>one</div><div>two</div>|one%two",
                "one<br>two<br/><br>three|one%two%three",
                "  a \t b&nbsp;c <b>d</b>e|a b c de",
                "<ul><li>first<li>second</ul>end|* first%* second%%end",
                "<table><tr><td>a<td>b<tr><td>c</table>|a b%c",
                "<a href='https://e.example/x'>here</a>, now|here ( https://e.example/x ), now",
                "<a href='https://e.example/'>https://e.example/</a>|https://e.example/",
                "<a name=top>no link</a>|no link",
                "<img src=x alt='a picture'>|a picture",
                "<script>x</script><style>y</style><!-- z -->seen|seen"
            })
    void breaksLinesWhereABrowserDoes(String html, String text) {
        assertThat(HtmlText.inLines(html)).isEqualTo(text.replace('%', '\n'));
    }

    @Test
    void survivesHostileInput() {
        assertThat(HtmlText.inLines("<div>".repeat(100_000) + "deep")).contains("deep");
        assertThat(HtmlText.inLines("<br>".repeat(100_000))).isEmpty();
        assertThat(HtmlText.inLines("")).isEmpty();
    }
}
