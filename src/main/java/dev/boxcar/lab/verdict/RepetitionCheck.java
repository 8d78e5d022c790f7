// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V10;
import static dev.boxcar.lab.verdict.VerdictRule.V16;

import dev.boxcar.record.MessageFacts;
import dev.boxcar.record.MessageFacts.Identity;
import dev.boxcar.record.MessageFacts.SameMessage;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Kind;

/**
 * V16 and V10: a message that has the envelope and the content of one that the client knew to be accepted or refused
 * for good. Two messages without a Message-ID may be equal by intention, so that the second is not held against a
 * client whose first was accepted.
 */
final class RepetitionCheck implements Check {
    @Override
    public void judge(Evidence evidence, Findings findings) {
        for (MessageFacts message : evidence.session().messages()) {
            SameMessage same = message.same();
            if (same != null) {
                judge(message, same, evidence, findings);
            }
        }
    }

    private static void judge(MessageFacts message, SameMessage same, Evidence evidence, Findings findings) {
        boolean inSession = same.session().equals(evidence.session().id());
        SessionRecord session =
                inSession ? evidence.session() : evidence.earlier().find(same.session());
        if (session == null) {
            return;
        }
        Evidence before = inSession ? evidence : new Evidence(session, EarlierSessions.NONE);
        int first = itemOf(same.number(), session);
        if (first < 0 || before.code(first) == 0) {
            return;
        }
        int code = before.code(first);
        boolean knew = inSession ? evidence.knew(first, message.item()) : before.wentOnAfter(first);
        String text = "the message is the same as the one of "
                + (inSession ? "item " + first : "session " + same.session()) + ", which got " + code;
        judge(message, text, code, knew, findings);
    }

    private static void judge(MessageFacts message, String text, int code, boolean knew, Findings findings) {
        VerdictRule rule = code >= 500 ? V10 : V16;
        if (code / 100 == 4 || code / 100 == 3) {
            return;
        }
        if (!knew) {
            findings.unknown(rule, text + ", but the client may not have known that", message.item());
        } else if (rule == V16 && message.identity() == Identity.NONE) {
            findings.unknown(rule, text + ", but no Message-ID says that it is the same one", message.item());
        } else {
            findings.violation(rule, text, message.item());
        }
    }

    /** The index of the n-th message or chunk of a session, or -1 if it was not recorded. */
    private static int itemOf(int number, SessionRecord session) {
        int left = number;
        for (int i = 0; i < session.items().size(); i++) {
            if (session.items().get(i).kind() == Kind.MESSAGE && left-- == 0) {
                return i;
            }
        }
        return -1;
    }
}
