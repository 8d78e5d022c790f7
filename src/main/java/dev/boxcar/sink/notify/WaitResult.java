// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.message.MessageSummary;
import java.util.List;

/**
 * What became of a wait. Immutable.
 *
 * @param outcome how it ended
 * @param messages what matched, oldest first; nothing where not enough did
 * @param cursor where to go on: the place of the last of them, or where the wait began
 * @param problem the one line for the user, where it failed or was closed; else empty
 */
public record WaitResult(Outcome outcome, List<MessageSummary> messages, long cursor, String problem) {
    /** How a wait ended. */
    public enum Outcome {
        /** As many messages matched as were waited for. */
        MATCHED,
        /** Time is up. */
        TIMED_OUT,
        /** The query could not be answered. */
        FAILED,
        /** The inbox was closed. */
        CLOSED
    }
}
