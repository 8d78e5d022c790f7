// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import java.util.List;

/**
 * Some recorded sessions. Immutable.
 *
 * @param sessions in the order of their last change
 * @param cursor the place in the order of changes after which to continue
 */
public record SessionPage(List<SessionSummary> sessions, long cursor) {
    /** Copies the list. */
    public SessionPage {
        sessions = List.copyOf(sessions);
    }
}
