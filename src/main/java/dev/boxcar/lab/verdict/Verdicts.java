// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.record.SessionRecord;
import java.util.List;

/**
 * Judges sessions. A session gets at most one verdict per rule; a rule that does not apply gets none. A VIOLATION
 * follows from the order in which the server read and wrote: a client that behaves is never accused.
 */
public final class Verdicts {
    private static final List<Check> CHECKS = List.of(
            new EarlyTalkCheck(),
            new GroupCheck(),
            new ContentAfterRefusalCheck(),
            new ChunkAfterRefusalCheck(),
            new RefusalCheck(),
            new LineCheck(),
            new TransparencyCheck(),
            new LimitsCheck(),
            new RepetitionCheck(),
            new AdviceCheck());

    private Verdicts() {}

    /** Judges this session alone. */
    public static List<Verdict> judge(SessionRecord session) {
        return judge(session, EarlierSessions.NONE);
    }

    /** Judges this session, also by the messages of sessions before it. */
    public static List<Verdict> judge(SessionRecord session, EarlierSessions earlier) {
        var evidence = new Evidence(session, earlier);
        var findings = new Findings();
        CHECKS.forEach(check -> check.judge(evidence, findings));
        return findings.verdicts();
    }
}
