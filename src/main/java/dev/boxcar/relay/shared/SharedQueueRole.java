// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.shared;

import java.util.Locale;

/** What a relay does with a queue that it shares with others. */
public enum SharedQueueRole {
    /** It accepts mail from clients. */
    FRONT,
    /** It delivers mail. */
    WORKER,
    /** It does both. */
    BOTH;

    /** The name as operators write it, such as {@code front}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it delivers. */
    public boolean delivers() {
        return this != FRONT;
    }

    /** Whether it accepts mail from clients. */
    public boolean accepts() {
        return this != WORKER;
    }
}
