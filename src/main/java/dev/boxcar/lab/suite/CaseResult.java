// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.record.SessionRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a case showed.
 *
 * @param suiteCase the case
 * @param status the outcome
 * @param run how the client's process ended; null if the case was skipped
 * @param accepted whether the server accepted the message, and the client could know it
 * @param sessions the sessions that the client made
 * @param findings what they show, the violations first
 */
public record CaseResult(
        SuiteCase suiteCase,
        Status status,
        SuiteClient.@Nullable Run run,
        boolean accepted,
        List<SessionRecord> sessions,
        List<Finding> findings) {

    /** The outcomes. */
    public enum Status {
        PASSED,
        /** At least one finding is a violation. */
        FAILED,
        /** Nothing is wrong, but the client did not do what the script waited for. */
        NOT_REACHED,
        /** The case was not run, because the command takes too few recipients. */
        SKIPPED
    }

    /** Copies the lists. */
    public CaseResult {
        sessions = List.copyOf(sessions);
        findings = List.copyOf(findings);
    }

    static CaseResult skipped(SuiteCase suiteCase) {
        return new CaseResult(suiteCase, Status.SKIPPED, null, false, List.of(), List.of());
    }

    /** The findings that are violations. */
    public List<Finding> violations() {
        return findings.stream().filter(Finding::isViolation).toList();
    }
}
