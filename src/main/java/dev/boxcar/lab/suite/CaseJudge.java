// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.suite;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Rule;
import dev.boxcar.lab.script.ScriptVerb;
import dev.boxcar.lab.suite.CaseResult.Status;
import dev.boxcar.lab.suite.SuiteCase.Expected;
import dev.boxcar.lab.suite.SuiteCase.Focus;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.lab.verdict.Verdict;
import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.lab.verdict.VerdictRule;
import dev.boxcar.record.SessionRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Judges one case: the verdicts on its sessions, the result, and what only the suite can see. For one use. */
final class CaseJudge {
    /** How long a client that reads nothing must have been stuck, if it was not killed, to call that a deadlock. */
    private static final Duration STUCK = Duration.ofSeconds(5);

    private static final Citation CHUNKING = new Citation("3030", "2");

    private final SuiteCase suiteCase;
    private final CaseRun caseRun;
    private final Run run;
    private final ClientSuite.Behaviour behaviour;
    private final DialogueFacts facts;
    private final List<Finding> findings = new ArrayList<>();

    CaseJudge(SuiteCase suiteCase, CaseRun caseRun, ClientSuite.Behaviour behaviour) {
        this.suiteCase = suiteCase;
        this.caseRun = caseRun;
        this.run = caseRun.client();
        this.behaviour = behaviour;
        this.facts = new DialogueFacts(caseRun.sessions());
    }

    /**
     * Judges the case.
     *
     * @param script the script that was in force
     * @param plain the sessions with a normal server; null if they are not known
     */
    CaseResult judge(
            Function<SessionRecord, List<Verdict>> verdicts, ActiveScript script, @Nullable DialogueFacts plain) {
        for (SessionRecord session : caseRun.sessions()) {
            verdicts.apply(session).forEach(verdict -> add(Finding.of(verdict, session.id())));
        }
        judgeFocus(plain);
        judgeEnd();
        judgeContent();
        judgePatience();
        findings.sort(Comparator.comparing(Finding::level)); // violations first
        boolean failed = findings.stream().anyMatch(Finding::isViolation);
        Status status = failed ? Status.FAILED : isReached(script) ? Status.PASSED : Status.NOT_REACHED;
        return new CaseResult(suiteCase, status, run, facts.accepted(), caseRun.sessions(), withoutRepetitions());
    }

    /**
     * Whether the client did what the case is about: what EHLO offers only leads there, unless the case is about it.
     */
    private boolean isReached(ActiveScript script) {
        List<Rule> rules = script.rules();
        boolean onlyOffers = suiteCase.focus() == Focus.LIMIT
                || rules.stream().allMatch(rule -> rule.on().verb() == ScriptVerb.EHLO);
        return rules.isEmpty()
                || IntStream.range(0, rules.size())
                        .filter(i -> onlyOffers || rules.get(i).on().verb() != ScriptVerb.EHLO)
                        .anyMatch(i -> !script.unmatchedRules().contains(i));
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
            boolean explained = findings.stream()
                    .anyMatch(finding -> finding.isViolation() && finding.id().equals(VerdictRule.V11.name()));
            if (!explained) {
                findings.add(Finding.exit("did not end within " + run.time().toSeconds() + " s and was killed"));
            }
            return;
        }
        if (caseRun.sessions().isEmpty()) {
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
        if (!accepted && suiteCase.expected() != Expected.RESULT && suiteCase.focus() != Focus.FRAMING) {
            findings.add(Finding.exit("did not deliver the message"));
        }
    }

    private void judgeFocus(@Nullable DialogueFacts plain) {
        switch (suiteCase.focus()) {
            case SESSION, LIMIT -> {}
            case FRAMING -> judgeFraming(plain);
            case STALL -> {
                if (facts.accepted()) {
                    findings.add(Finding.pass(VerdictRule.V11, "delivered the message after the pause"));
                } else if (run.tookTooLong()) {
                    findings.add(Finding.violation(VerdictRule.V11, "did not go on after the pause, and was killed"));
                }
            }
            case FULL_WINDOWS -> judgeFullWindows();
            case LOST_REPLY -> {
                if (behaviour == ClientSuite.Behaviour.QUEUES && !facts.accepted()) {
                    findings.add(Finding.violation(
                            VerdictRule.V16, "did not send the message again although its final reply was lost"));
                }
            }
        }
    }

    private void judgeFraming(@Nullable DialogueFacts plain) {
        String difference = plain == null ? null : plain.difference(facts);
        if (difference != null) {
            findings.add(Finding.violation(VerdictRule.V09, difference));
        } else if (!facts.accepted()) {
            findings.add(Finding.violation(VerdictRule.V09, "did not deliver the message"));
        } else {
            findings.add(Finding.pass(VerdictRule.V09, "sent the same commands as to a normal server"));
        }
    }

    /**
     * A client that sends more than the windows hold must take the replies meanwhile (RFC 2920 §3.1). If it does not,
     * neither side can go on.
     */
    private void judgeFullWindows() {
        DialogueFacts.Stuck stuck = facts.accepted() ? null : facts.stuck(caseRun.ended());
        if (facts.accepted()) {
            findings.add(Finding.pass(VerdictRule.V11, "delivered the message"));
        } else if (stuck != null && (run.tookTooLong() || stuck.time().compareTo(STUCK) >= 0)) {
            findings.add(Finding.violation(VerdictRule.V11, stuck.toString()));
        } else {
            findings.add(Finding.unknown(VerdictRule.V11, "gave up before it could deadlock"));
        }
    }

    /** Only the suite knows what the client was told to send. */
    private void judgeContent() {
        if (caseRun.hasDoubledDots()) {
            findings.add(Finding.violation(
                    VerdictRule.V14,
                    facts.usedChunks() ? CHUNKING : VerdictRule.V14.citation(),
                    "the lines that begin with a dot arrived with one dot more"));
        }
    }

    /** Only a client that queues can try again later. */
    private void judgePatience() {
        String refused = behaviour == ClientSuite.Behaviour.QUEUES ? facts.triedOnce() : null;
        if (refused != null) {
            findings.add(Finding.advice(VerdictRule.A07, refused + ", and the client did not try again"));
        }
    }
}
