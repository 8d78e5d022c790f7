// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import org.jspecify.annotations.Nullable;

/** What a text is searched for. Immutable. */
public sealed interface Match permits Words, Expression {
    /** Any text at all. */
    Match ANYTHING = Words.of("");

    /**
     * Whether these octets of UTF-8 hold it.
     *
     * @throws SearchTooLong where that is not known by {@code deadlineNanos}
     */
    boolean isIn(byte[] octets, int from, int to, long deadlineNanos);

    /** Octets that are in each text it is in, once that is in small letters; null where nothing is known of them. */
    byte @Nullable [] certain();
}
