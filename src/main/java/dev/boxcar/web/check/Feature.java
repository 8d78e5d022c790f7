// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.check;

import java.util.List;
import java.util.Map;

/**
 * A feature of HTML or CSS, and the mail programs that support it. Immutable.
 *
 * @param url its page on caniemail.com
 * @param category {@code html}, {@code css} or {@code image}
 * @param notes the notes to which results refer, by number
 */
record Feature(
        String slug,
        String title,
        String description,
        String url,
        String category,
        List<String> tags,
        String keywords,
        List<Result> results,
        Map<String, String> notes) {
    /** Whether a mail program supports a feature. */
    enum Support {
        YES,
        PARTIAL,
        NO
    }

    /**
     * The support in one version of a mail program.
     *
     * @param family the mail program, as caniemail names it
     * @param note the number of a note; may be empty
     */
    record Result(String family, String platform, String version, Support support, String note) {}

    /** The share of results with this support, in percent. */
    double percent(Support support) {
        return results.isEmpty()
                ? 0
                : 100.0
                        * results.stream()
                                .filter(result -> result.support() == support)
                                .count()
                        / results.size();
    }
}
