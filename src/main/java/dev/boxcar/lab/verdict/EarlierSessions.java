// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.record.SessionRecord;
import org.jspecify.annotations.Nullable;

/** Finds other sessions of the same server, for rules about messages that are sent again. */
@FunctionalInterface
public interface EarlierSessions {
    /** Knows no sessions. */
    EarlierSessions NONE = session -> null;

    /** The session with this id; null if there is no record of it. */
    @Nullable
    SessionRecord find(String session);
}
