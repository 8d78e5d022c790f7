// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a tag may be, and which ones a message brings along. */
public final class Tags {
    private static final Pattern VALID = Pattern.compile("[\\p{L}\\p{N}\\-_.@ ]{1,100}");
    private static final int MOST = 100;

    private Tags() {}

    /** Whether this, once {@link #clean}, may be a tag: letters, digits, spaces, {@code - _ . @}; no more than 100. */
    public static boolean isValid(String tag) {
        return VALID.matcher(clean(tag)).matches();
    }

    /** Without white space around it, and with single spaces within. */
    public static String clean(String tag) {
        return tag.strip().replaceAll("\\s+", " ");
    }

    /** The valid ones, cleaned, each once in any case, in order; at most 100. */
    public static List<String> of(Collection<String> tags) {
        var clean = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String tag : tags) {
            if (isValid(tag) && clean.size() < MOST) {
                clean.add(clean(tag));
            }
        }
        return List.copyOf(clean);
    }

    /**
     * What X-Tags fields name, between commas, and what stands behind the plus signs of addresses:
     * {@code user+tag+tag@…}.
     */
    public static List<String> ofMessage(Headers headers, List<Address> addresses) {
        var tags = new ArrayList<String>();
        headers.all("X-Tags").forEach(value -> tags.addAll(Arrays.asList(value.split(",", -1))));
        for (Address address : addresses) {
            int at = address.address().lastIndexOf('@');
            int plus = address.address().indexOf('+');
            if (plus > 0 && plus < at) {
                tags.addAll(
                        Arrays.asList(address.address().substring(plus + 1, at).split("\\+", -1)));
            }
        }
        return tags.isEmpty() ? List.of() : of(tags);
    }
}
