// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.SuiteCase.Expected;
import dev.boxcar.lab.suite.SuiteCase.Focus;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdict.Level;
import dev.boxcar.lab.verdict.VerdictRule;
import dev.boxcar.record.SessionRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Judges one case: the verdicts on its sessions, the result, and what only the suite can see. For one use. */
final class CaseJudge {
    private final SuiteCase suiteCase;
    private final Run run;
    private final ClientSuite.Behaviour behaviour;
    private final List<SessionRecord> sessions;
    private final DialogueFacts facts;
    private final List<Finding> findings = new ArrayList<>();

    CaseJudge(SuiteCase suiteCase, Run run, ClientSuite.Behaviour behaviour, List<SessionRecord> sessions) {
        this.suiteCase = suiteCase;
        this.run = run;
        this.behaviour = behaviour;
        this.sessions = sessions;
        this.facts = new DialogueFacts(sessions);
    }

    /**
     * Judges the case.
     *
     * @param script the script that was in force
     * @param plain the sessions with a normal server; null if they are not known
     */
    CaseResult judge(
            Function<SessionRecord, List<Verdict>> verdicts, ActiveScript script, @Nullable DialogueFacts plain) {
        for (SessionRecord session : sessions) {
            verdicts.apply(session).forEach(verdict -> add(Finding.of(verdict, session.id())));
        }
        judgeEnd();
        judgeFocus(plain);
        findings.sort(Comparator.comparing(Finding::level)); // violations first
        boolean failed = findings.stream().anyMatch(Finding::isViolation);
        boolean reached = script.unmatchedRules().size() < script.rules().size()
                || script.rules().isEmpty();
        Status status = failed ? Status.FAILED : reached ? Status.PASSED : Status.NOT_REACHED;
        return new CaseResult(suiteCase, status, run, facts.accepted(), sessions, withoutRepetitions());
    }

    private void add(Finding finding) {
        boolean limit = finding.id().equals(VerdictRule.V15.name()) && suiteCase.focus() == Focus.LIMIT;
        boolean knowsLimit = facts.declaredSize() && suiteCase.recipients() == 1;
        findings.add(
                limit && finding.isViolation() && !knowsLimit
                        ? finding.asAdvice("it does not use the extension, whose rules do not bind it then")
                        : finding);
    }

    /** The same verdict on several sessions is shown once. */
    private List<Finding> withoutRepetitions() {
        Set<String> seen = new HashSet<>();
        return findings.stream()
                .filter(finding -> seen.add(finding.id() + finding.level() + finding.text()))
                .toList();
    }

    private void judgeEnd() {
        boolean accepted = facts.accepted();
        if (run.tookTooLong()) {
            if (suiteCase.focus() != Focus.STALL || accepted) {
                findings.add(Finding.exit("did not end within " + run.time().toSeconds() + " s and was killed"));
            }
            return;
        }
        if (sessions.isEmpty()) {
            findings.add(Finding.exit("made no connection; exit status " + run.status()));
            return;
        }
        boolean queues = behaviour == ClientSuite.Behaviour.QUEUES;
        if (run.status() == 0 && !accepted && !queues) {
            findings.add(Finding.exit("exit status 0, but the server did not accept the message"));
        }
        boolean mayFail = facts.refusedRecipient() || suiteCase.expected() == Expected.DELIVERY_WITH_ANY_STATUS;
        if (run.status() != 0 && accepted && !mayFail) {
            findings.add(Finding.exit("exit status " + run.status() + ", but the server accepted the message"));
        }
        if (!accepted && suiteCase.expected() != Expected.RESULT && suiteCase.focus() == Focus.SESSION) {
            findings.add(Finding.exit("did not deliver the message"));
        }
    }

    private void judgeFocus(@Nullable DialogueFacts plain) {
        switch (suiteCase.focus()) {
            case SESSION, LIMIT -> {}
            case FRAMING -> {
                String difference = plain == null ? null : plain.difference(facts);
                if (difference != null) {
                    findings.add(Finding.violation(VerdictRule.V09, difference));
                } else if (!facts.accepted()) {
                    findings.add(Finding.violation(VerdictRule.V09, "did not deliver the message"));
                } else {
                    findings.add(pass(VerdictRule.V09, "sent the same commands as to a normal server"));
                }
            }
            case STALL -> {
                if (facts.accepted()) {
                    findings.add(pass(VerdictRule.V11, "delivered the message after the pause"));
                } else {
                    findings.add(Finding.violation(VerdictRule.V11, "did not deliver the message after the pause"));
                }
            }
            case LOST_REPLY -> {
                if (behaviour == ClientSuite.Behaviour.QUEUES && !facts.accepted()) {
                    findings.add(Finding.violation(
                            VerdictRule.V16, "did not send the message again although its final reply was lost"));
                }
            }
        }
    }

    private static Finding pass(VerdictRule rule, String text) {
        return new Finding(rule.name(), Level.PASS, rule.requirement(), rule.citation(), text, null);
    }
}
