// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import java.time.Duration;

/**
 * How much an inbox keeps. The oldest messages are removed first. 0 and {@link Duration#ZERO} mean: no limit.
 *
 * @param messages maximum number of messages per namespace
 * @param age maximum age of a message
 * @param bytes approximate maximum size of all messages together in the spool
 */
public record Retention(int messages, Duration age, long bytes) {
    /** Keeps everything. */
    public static final Retention ALL = new Retention(0, Duration.ZERO, 0);

    public Retention {
        if (messages < 0 || age.isNegative() || bytes < 0) {
            throw new IllegalArgumentException("negative retention: " + messages + ", " + age + ", " + bytes);
        }
    }

    /** This retention with another maximum number of messages per namespace. */
    public Retention withMessages(int maxMessages) {
        return new Retention(maxMessages, age, bytes);
    }

    /** This retention with another maximum age. */
    public Retention withAge(Duration maxAge) {
        return new Retention(messages, maxAge, bytes);
    }

    /** This retention with another maximum size. */
    public Retention withBytes(long maxBytes) {
        return new Retention(messages, age, maxBytes);
    }
}
