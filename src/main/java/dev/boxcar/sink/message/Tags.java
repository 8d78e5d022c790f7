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

/** The rules for tags, and the tags that a message carries itself. */
public final class Tags {
    private static final Pattern VALID = Pattern.compile("[\\p{L}\\p{N}\\-_.@ ]{1,100}");
    private static final int MAX_TAGS = 100;

    private Tags() {}

    /** Whether this is a valid tag after {@link #clean}: 1 to 100 letters, digits, spaces and {@code - _ . @}. */
    public static boolean isValid(String tag) {
        return VALID.matcher(clean(tag)).matches();
    }

    /** The tag without surrounding white space, and with single spaces inside. */
    public static String clean(String tag) {
        return tag.strip().replaceAll("\\s+", " ");
    }

    /** The valid tags among these, cleaned and in order, at most 100. Tags that differ only in case count as one. */
    public static List<String> of(Collection<String> tags) {
        var clean = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String tag : tags) {
            if (isValid(tag) && clean.size() < MAX_TAGS) {
                clean.add(clean(tag));
            }
        }
        return List.copyOf(clean);
    }

    /**
     * The tags in X-Tags fields, separated by commas, and after the plus signs of addresses: {@code user+tag+tag@…}.
     */
    public static List<String> ofMessage(Headers headers, List<Address> addresses) {
        var tags = new ArrayList<String>();
        for (Headers.Field field : headers.fields()) {
            if (field.name().equalsIgnoreCase("X-Tags")) {
                tags.addAll(Arrays.asList(field.decoded().split(",", -1)));
            }
        }
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
