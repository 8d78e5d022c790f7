// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V10;
import static dev.boxcar.lab.verdict.VerdictRule.V16;

import dev.boxcar.record.MessageFacts;
import dev.boxcar.record.MessageFacts.Identity;
import dev.boxcar.record.MessageFacts.SameMessage;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * V16 and V10: a message that has the envelope and the content of one that the client knew to be accepted or refused
 * for good. Two messages may be equal because a user wanted it so: those without a Message-ID, and those of one
 * session, since a queue that lost a reply tries again in another one. Such a message is not held against a client
 * whose first one was accepted.
 */
final class RepetitionCheck implements Check {
    @Override
    public void judge(Evidence evidence, Findings findings) {
        var known = new HashMap<String, @Nullable Evidence>(
                Map.of(evidence.session().id(), evidence));
        for (MessageFacts message : evidence.session().messages()) {
            SameMessage same = message.same();
            if (same != null) {
                Evidence before = known.computeIfAbsent(same.session(), id -> evidenceOf(id, evidence.earlier()));
                if (before != null) {
                    judge(message, same, before, evidence, findings);
                }
            }
        }
    }

    private static @Nullable Evidence evidenceOf(String id, EarlierSessions earlier) {
        SessionRecord session = earlier.find(id);
        return session == null ? null : new Evidence(session, EarlierSessions.NONE);
    }

    private static void judge(
            MessageFacts message, SameMessage same, Evidence before, Evidence evidence, Findings findings) {
        boolean inSession = before == evidence;
        int first = itemOf(same.number(), before.session());
        if (first < 0 || before.code(first) == 0) {
            return;
        }
        int code = before.code(first);
        boolean knew = inSession ? evidence.knew(first, message.item()) : before.wentOnAfter(first);
        String text = "the message is the same as the one of "
                + (inSession ? "item " + first : "session " + same.session()) + ", which got " + code;
        boolean mayBeWanted = inSession || message.identity() == Identity.NONE;
        if (code >= 500) {
            judge(V10, knew, text, message.item(), findings);
        } else if (code / 100 == 2 && mayBeWanted) {
            findings.unknown(V16, text + ", but a user may have sent it twice", message.item());
        } else if (code / 100 == 2) {
            judge(V16, knew, text, message.item(), findings);
        }
    }

    private static void judge(VerdictRule rule, boolean knew, String text, int item, Findings findings) {
        if (knew) {
            findings.violation(rule, text, item);
        } else {
            findings.unknown(rule, text + ", but the client may not have known that", item);
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
