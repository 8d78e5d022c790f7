// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.time.Duration;

/**
 * How much an inbox keeps; the oldest messages go first. 0 and {@link Duration#ZERO} mean: without bound.
 *
 * @param messages the most messages of each namespace
 * @param age how long a message stays
 * @param bytes the most bytes that all messages together have in the spool, roughly
 */
public record Retention(int messages, Duration age, long bytes) {
    /** Keeps everything. */
    public static final Retention ALL = new Retention(0, Duration.ZERO, 0);

    public Retention {
        if (messages < 0 || age.isNegative() || bytes < 0) {
            throw new IllegalArgumentException(
                    "retention by less than nothing: " + messages + ", " + age + ", " + bytes);
        }
    }
}
