// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.VerdictRule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Assertions about a session. A failure shows the transcript. */
public final class SessionAssert {
    private final Session actual;

    SessionAssert(Session actual) {
        this.actual = actual;
    }

    /**
     * The record shows no violation of these RFCs, neither of a MUST nor of a SHOULD. A rule that the record does not
     * decide is no violation.
     */
    public SessionAssert conformsTo(Rfc... rfcs) {
        Set<Rfc> wanted = EnumSet.noneOf(Rfc.class);
        wanted.addAll(List.of(rfcs));
        return hasNoViolation(
                "conform to " + wanted,
                verdict -> wanted.stream().anyMatch(rfc -> rfc.number().equals(verdict.rfc())));
    }

    /** The record shows no violation of any rule. */
    public SessionAssert hasNoViolations() {
        return hasNoViolation("keep all rules", verdict -> true);
    }

    private SessionAssert hasNoViolation(String expectation, Predicate<Verdict> wanted) {
        List<Verdict> violations = actual.violations().stream().filter(wanted).toList();
        if (!violations.isEmpty()) {
            var list = new StringBuilder();
            violations.forEach(verdict -> list.append("\n  ").append(verdict));
            throw failure("the client does not " + expectation + ":" + list);
        }
        return this;
    }

    /** The record shows a violation of this rule. */
    public SessionAssert violates(VerdictRule rule) {
        if (actual.violations().stream().noneMatch(verdict -> verdict.rule() == rule)) {
            throw failure("expected a violation of " + rule + " (" + rule.title() + "), but found "
                    + actual.violations().stream().map(Verdict::id).toList());
        }
        return this;
    }

    /** The client waited for replies at most this often. Connecting and waiting for the banner are not counted. */
    public SessionAssert hasRoundTripsAtMost(int maximum) {
        if (actual.roundTrips() > maximum) {
            throw failure("expected at most " + maximum + " round trips, but there were " + actual.roundTrips() + " ("
                    + actual.possibleRoundTrips() + " were possible)");
        }
        return this;
    }

    /** The client sent a command before it could have read the reply to the one before. */
    public SessionAssert isPipelined() {
        if (!actual.isPipelined()) {
            throw failure("expected a client that pipelines, but it waited for each reply");
        }
        return this;
    }

    /** The client waited for each reply. */
    public SessionAssert isNotPipelined() {
        if (actual.isPipelined()) {
            throw failure("expected a client that waits for each reply, but it pipelined");
        }
        return this;
    }

    private AssertionError failure(String problem) {
        return new AssertionError(problem + "\n" + actual.transcript());
    }
}
