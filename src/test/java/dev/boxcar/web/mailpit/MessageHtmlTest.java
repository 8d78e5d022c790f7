// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageHtmlTest {
    @ParameterizedTest
    @CsvSource({
        "cid:logo@app.example,                 logo@app.example",
        "CID:logo@app.example,                 logo@app.example",
        "' cid: logo@app.example ',            logo@app.example",
        "a%2Bb@app.example,                    a+b@app.example",
        "cid:a+b@app.example,                  a+b@app.example",
        "cid:a&amp;b@app.example,              a&b@app.example",
        "cid:image%20(1).png@app.example,      image (1).png@app.example",
        "cid:100%@app.example,                 100%@app.example",
        "cid:logo@app.example,                 < logo@app.example >",
    })
    void findsAPartByEveryFormOfReference(String reference, String contentId) {
        String html = "<img src=\"" + (reference.contains(":") ? reference : "cid:" + reference) + "\">";
        assertThat(replaced(html, contentId)).contains("<img src=\"/part\">");
    }

    @Test
    void replacesReferencesInStylesAndOtherAttributes() {
        assertThat(replaced("<table background='cid:a'><td style=\"background: url('cid:a') red\">", "a"))
                .contains("background=\"/part\"")
                .contains("url('/part') red");
        assertThat(replaced("<style>p { background: url(cid:a) }</style>", "a")).contains("url(/part)");
    }

    @Test
    void replacesEachCandidateOfASourceSet() {
        assertThat(replaced("<img srcset='cid:a 1x, CID:a 2x,cid:b 3x, x.png'>", "a"))
                .contains("srcset=\"/part 1x, /part 2x,cid:b 3x, x.png\"");
        assertThat(replaced("<picture><source srcset='cid:a'></picture>", "a")).contains("srcset=\"/part\"");
    }

    @Test
    void leavesOtherTextAlone() {
        String html =
                "<html><head></head><body><p title=\"x\">cid:a and url(cid:a)</p><img src=\"cid:b\"></body></html>";
        assertThat(replaced(html, "a")).isEqualTo(html);
    }

    @ParameterizedTest
    @CsvSource({
        "<img src='images/a.gif'>,                            images/a.gif,             <img src='/part'>",
        "<img src=' ./images/a.gif '>,                        images/a.gif,             <img src='/part'>",
        "<img src='http://b.example/a.gif'>,                  http://b.example/a.gif,   <img src='/part'>",
        "<body background='a.gif'>,                           a.gif,                    background='/part'",
        "<link rel='stylesheet' href='a.css'>,                ./a.css,                  href='/part'",
        "<a href='a.gif'>,                                    a.gif,                    <a href='a.gif'>", // a link
        "<img src='a.gif'>,                                   b.gif,                    <img src='a.gif'>",
        "<img alt='a.gif'>,                                   a.gif,                    <img alt='a.gif'>",
    })
    void findsAPartByItsLocation(String html, String location, String shown) {
        String key = MessageHtml.locationKey(location);
        String replaced = MessageHtml.parse(html)
                .replaceReferences(Map.of(key, "/part")::get)
                .toString();
        assertThat(replaced).contains(shown.replace('\'', '"'));
    }

    private static String replaced(String html, String contentId) {
        return MessageHtml.parse(html)
                .replaceReferences(Map.of(MessageHtml.idKey(contentId), "/part")::get)
                .toString();
    }
}
