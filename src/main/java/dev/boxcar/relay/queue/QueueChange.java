// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an operator may do with a queued message. */
public enum QueueChange {
    /** It is not attempted until it is released. */
    HOLD,
    /** It is no longer held, and is attempted now. */
    RELEASE,
    /** It is attempted now, whenever the next attempt was due. */
    RETRY,
    /** It is returned to its sender now, as if its time were over. */
    BOUNCE,
    /** It is removed, without a report. */
    RM;

    /** The name as operators write it, such as {@code hold}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The change with this name; null if there is none. */
    public static @Nullable QueueChange of(String text) {
        for (QueueChange change : values()) {
            if (change.text().equals(text)) {
                return change;
            }
        }
        return null;
    }

    /** The state of a message after this change; null if the message is removed. */
    public @Nullable DeliveryState apply(DeliveryState state, Instant now) {
        return switch (this) {
            case HOLD -> state.held();
            case RELEASE -> state.released().withNext(now);
            case RETRY -> state.withNext(now);
            case BOUNCE -> state.returned(now);
            case RM -> null;
        };
    }
}
