// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: 10K, 1.5MB, 2000. A kilobyte is 1,024 bytes. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)\\s?([kmg]?)i?b?");

    private Sizes() {}

    static long read(String term, String text) throws QueryException {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new QueryException(term + " takes a size such as 10K or 1.5MB, not " + text);
        }
        int shift = switch (size.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        return (long) (Double.parseDouble(size.group(1)) * (1L << shift));
    }
}
