// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.record.SessionRecord;
import java.time.Instant;
import java.util.List;

/**
 * What one run of the client left behind.
 *
 * @param client how the client's process ended
 * @param ended when it ended
 * @param sessions the sessions that the client made
 * @param contents the beginnings of the messages that the server stored
 */
record CaseRun(Run client, Instant ended, List<SessionRecord> sessions, List<String> contents) {
    /** Whether a message arrived with one dot too many at the beginning of its lines. */
    boolean hasDoubledDots() {
        return contents.stream().anyMatch(SuiteMessage::hasDoubledDots);
    }
}
