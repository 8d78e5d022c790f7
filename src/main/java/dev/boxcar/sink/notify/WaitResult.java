// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.message.MessageSummary;
import java.util.List;

/**
 * The result of a wait. Immutable.
 *
 * @param outcome how the wait ended
 * @param messages the matching messages, oldest first; empty unless there were enough
 * @param cursor where to continue: the place of the last of these messages, or where the wait began
 * @param problem one line for the user if the wait failed or was closed; else empty
 */
public record WaitResult(Outcome outcome, List<MessageSummary> messages, long cursor, String problem) {
    /** How a wait ended. */
    public enum Outcome {
        /** Enough messages matched. */
        MATCHED,
        /** The timeout has passed. */
        TIMED_OUT,
        /** The query could not be evaluated. */
        FAILED,
        /** The inbox was closed. */
        CLOSED
    }
}
