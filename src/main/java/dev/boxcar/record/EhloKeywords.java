// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The extensions that a reply to EHLO offers (RFC 5321 §4.1.1.1): keywords in upper case, each with its parameters.
 * Immutable.
 */
public final class EhloKeywords {
    /** What a client may use that got no reply to EHLO, or was refused, or said HELO. */
    public static final EhloKeywords NONE = new EhloKeywords(Map.of());

    private final Map<String, String> keywords;

    private EhloKeywords(Map<String, String> keywords) {
        this.keywords = keywords;
    }

    /** The keywords in this reply; none if it is not a positive reply to EHLO. */
    public static EhloKeywords of(@Nullable RecordedReply reply) {
        if (reply == null || reply.code() != 250 || !"EHLO".equals(reply.verb())) {
            return NONE;
        }
        var keywords = new LinkedHashMap<String, String>();
        for (String line : reply.keywords()) {
            String[] parts = line.strip().split(" ", 2);
            keywords.put(parts[0].toUpperCase(Locale.ROOT), parts.length == 1 ? "" : parts[1]);
        }
        return new EhloKeywords(keywords);
    }

    /** Whether the extension with this keyword, in upper case, was offered. */
    public boolean has(String keyword) {
        return keywords.containsKey(keyword);
    }

    /** The number that is the parameter of this keyword, as in {@code SIZE 1000000}; empty if there is none. */
    public OptionalLong number(String keyword) {
        return parse(keywords.getOrDefault(keyword, ""));
    }

    /** A limit (RFC 9422 §4), as in {@code LIMITS RCPTMAX=100}; empty if it was not announced. */
    public OptionalLong limit(String name) {
        for (String word : keywords.getOrDefault("LIMITS", "").split(" ", -1)) {
            if (word.toUpperCase(Locale.ROOT).startsWith(name + "=")) {
                return parse(word.substring(name.length() + 1));
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong parse(String text) {
        boolean isNumber =
                !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
