// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.status;

import java.util.Locale;

/** What a queued message waits for. */
public enum QueuedState {
    /** It is being attempted, or is about to be attempted for the first time. */
    ACTIVE,
    /** At least one attempt was made; another one follows. */
    DEFERRED,
    /** An operator holds it. */
    HELD,
    /** Its sender asked for a later delivery (RFC 4865). */
    SCHEDULED;

    /** The name as operators see it, such as {@code held}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
