// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V02;
import static dev.boxcar.lab.verdict.VerdictRule.V03;
import static dev.boxcar.lab.verdict.VerdictRule.V04;
import static dev.boxcar.lab.verdict.VerdictRule.V05;
import static dev.boxcar.lab.verdict.VerdictRule.V06;

import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * V02 to V06: what a client sent without waiting for the reply to the item before. Bytes after an item that were read
 * before its reply left are the proof, in whatever pieces they came, and even if they are only the beginning of a
 * command.
 */
final class GroupCheck implements Check {
    /** RFC 2920 §3.1: these, and TURN, "can only appear as the last command in a group". */
    private static final Set<String> GROUP_ENDS = Set.of("EHLO", "DATA", "VRFY", "EXPN", "NOOP", "QUIT");

    @Override
    public void judge(Evidence evidence, Findings findings) {
        boolean authenticating = false;
        for (int i = 0; i < evidence.size(); i++) {
            authenticating = (authenticating && evidence.item(i).kind() == Kind.LINE) || evidence.is(i, "AUTH");
            if (evidence.is(i, "BDAT") || isEarlyHello(i, evidence)) {
                continue;
            }
            boolean mayGoOn = evidence.isAuthInGroup(i) && evidence.didNotWait(i);
            judge(i, mayGoOn ? null : ruleFor(i, authenticating, evidence), evidence, findings);
            authenticating &= evidence.code(i) == 334;
        }
    }

    /** With PIPECONNECT, other commands may come with the first EHLO. */
    private static boolean isEarlyHello(int i, Evidence evidence) {
        return i == 0 && evidence.didNotWait(i) && evidence.mayTalkEarly();
    }

    private static void judge(int i, @Nullable VerdictRule rule, Evidence evidence, Findings findings) {
        if (rule != null) {
            judgeRule(i, rule, evidence, findings);
        }
        boolean mayNotPipeline = rule == null || rule == V03;
        if (mayNotPipeline && !evidence.offered(i).has("PIPELINING") && !evidence.is(i, "EHLO")) {
            judgeRule(i, V02, evidence, findings);
        }
    }

    private static void judgeRule(int i, VerdictRule rule, Evidence evidence, Findings findings) {
        if (evidence.didNotWait(i)) {
            findings.violation(
                    rule,
                    evidence.sentPast(i),
                    evidence.item(i).to() == endOfItems(evidence) ? itself(i) : withNext(i));
        } else if (evidence.waited(i)) {
            findings.pass(rule, "the client waited for the reply to " + evidence.name(i), i);
        } else if (!evidence.is(i, "QUIT")) { // the session reads nothing after it
            findings.unknown(
                    rule, "nothing was read past " + evidence.name(i) + ", but its reply was not held back", i);
        }
    }

    private static long endOfItems(Evidence evidence) {
        return evidence.item(evidence.size() - 1).to();
    }

    private static Integer[] itself(int i) {
        return new Integer[] {i};
    }

    private static Integer[] withNext(int i) {
        return new Integer[] {i, i + 1};
    }

    /** The rule about sending past item {@code i}; null if there is none but V02. */
    private static @Nullable VerdictRule ruleFor(int i, boolean authenticating, Evidence evidence) {
        Item item = evidence.item(i);
        if (authenticating) {
            return V05;
        } else if ("STARTTLS".equals(item.verb())) {
            return V04;
        } else if ("DATA".equals(item.verb())) {
            boolean isText = evidence.code(i) == 354 || MessageText.follows(i, evidence);
            return isText || evidence.isMessage(i + 1) ? V06 : V03;
        }
        boolean endsGroup = item.verb() == null ? item.isTurn() : GROUP_ENDS.contains(item.verb());
        return endsGroup ? V03 : null;
    }
}
