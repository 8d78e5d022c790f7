// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import org.jsoup.Jsoup;

/** What a reader sees of HTML. */
public final class HtmlText {
    private HtmlText() {}

    /** The text, white space made single spaces, without scripts, styles and comments. Throws nothing. */
    public static String of(String html) {
        try {
            return Jsoup.parse(html).body().text();
        } catch (RuntimeException | StackOverflowError hostile) {
            return "";
        }
    }
}
