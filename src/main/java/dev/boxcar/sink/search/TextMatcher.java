// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** What to look for in a text. Immutable. */
public sealed interface TextMatcher permits WordsMatcher, RegexMatcher {
    /**
     * Whether these bytes of UTF-8 match.
     *
     * @throws SearchTimeoutException if the search takes longer than {@code deadlineNanos}, in {@link System#nanoTime}
     */
    boolean matches(byte[] bytes, int from, int to, long deadlineNanos);

    /** Whether this text matches. */
    default boolean matches(String text, long deadlineNanos) {
        byte[] bytes = text.getBytes(UTF_8);
        return matches(bytes, 0, bytes.length, deadlineNanos);
    }

    /** Bytes that every matching text, converted to lower case, contains; null if there are no such bytes. */
    byte @Nullable [] requiredBytes();
}
