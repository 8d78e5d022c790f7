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
    void leavesOtherTextAlone() {
        String html =
                "<html><head></head><body><p title=\"x\">cid:a and url(cid:a)</p><img src=\"cid:b\"></body></html>";
        assertThat(replaced(html, "a")).isEqualTo(html);
    }

    private static String replaced(String html, String contentId) {
        return MessageHtml.parse(html)
                .replaceContentIds(Map.of(MessageHtml.normalized(contentId), "/part")::get)
                .toString();
    }
}
