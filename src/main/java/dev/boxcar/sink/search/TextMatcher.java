// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** What a text is searched for. Immutable. */
public sealed interface TextMatcher permits WordsMatcher, RegexMatcher {
    /**
     * Whether these bytes of UTF-8 hold it.
     *
     * @throws SearchTooLong where that is not known by {@code deadlineNanos}
     */
    boolean isIn(byte[] bytes, int from, int to, long deadlineNanos);

    /** The same of a text. */
    default boolean isIn(String text, long deadlineNanos) {
        byte[] bytes = text.getBytes(UTF_8);
        return isIn(bytes, 0, bytes.length, deadlineNanos);
    }

    /** Bytes that are in each text it is in, once that is in small letters; null where nothing is known of them. */
    byte @Nullable [] certain();
}
