// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V07;
import static dev.boxcar.lab.verdict.VerdictRule.V08;

import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.record.SessionRecord.Read;

/**
 * V07 for clients that use DATA: "If the DATA command was properly rejected the client SMTP can just issue RSET, but if
 * the DATA command was accepted the client SMTP should send a single dot" (RFC 2920 §3.1); "message data MUST NOT be
 * sent unless a 354 reply is received" (RFC 5321 §3.3). V08: clients that pipeline "MUST check ALL statuses associated
 * with each command in a group" (RFC 2920 §3.1).
 */
final class ContentAfterRefusalCheck implements Check {
    private static final Citation DATA_REFUSED = new Citation("5321", "3.3");
    private static final int LONE_DOT_BYTES = 3;

    @Override
    public void judge(Evidence evidence, Findings findings) {
        for (int i = 0; i < evidence.size(); i++) {
            if (evidence.is(i, "DATA") && evidence.code(i) != 0) {
                judgeData(i, evidence, findings);
            }
        }
    }

    private static void judgeData(int data, Evidence evidence, Findings findings) {
        boolean isText = MessageText.follows(data, evidence)
                || (evidence.isMessage(data + 1) && evidence.item(data + 1).bytes() > LONE_DOT_BYTES);
        if (evidence.didNotWait(data)) {
            judgeEarlyText(data, evidence, findings);
        } else if (evidence.isRefused(data)) {
            judgeKnown(data, isText, DATA_REFUSED, "DATA was refused", evidence, findings);
        } else if (evidence.code(data) == 354 && nobodyIsLeft(data, evidence)) {
            judgeKnown(data, isText, V07.citation(), "no recipient was accepted", evidence, findings);
        }
    }

    private static void judgeKnown(
            int data, boolean isText, Citation citation, String what, Evidence evidence, Findings findings) {
        boolean inGroup = data > 0 && evidence.didNotWait(data - 1);
        if (data + 1 >= evidence.size()) {
            return;
        }
        if (isText) {
            String text = what + ", and the text of the message came after the " + evidence.code(data) + " to "
                    + evidence.name(data);
            findings.violation(V07, citation, text, data, data + 1);
            if (inGroup) {
                findings.violation(V08, text, data, data + 1);
            }
        } else {
            findings.pass(V07, what + ", and no text came", data, data + 1);
            if (inGroup) {
                findings.pass(V08, what + " in a group, and no text came", data, data + 1);
            }
        }
    }

    /** The text came before the reply to DATA, which is V06; perhaps the client took an earlier reply for that one. */
    private static void judgeEarlyText(int data, Evidence evidence, Findings findings) {
        Read next = evidence.readAfter(data);
        int first = data;
        while (first > 0 && evidence.didNotWait(first - 1)) {
            first--;
        }
        int reply = evidence.item(first).reply();
        if (first < data && next != null && reply >= 0 && next.repliesLeft() > reply) {
            findings.unknown(
                    V08,
                    "the text came after the reply to " + evidence.name(first) + " and before that to "
                            + evidence.name(data) + ": the client took one for the other, or did not wait at all",
                    first,
                    data);
        }
    }

    /**
     * Whether every RCPT of the transaction of this DATA or BDAT was refused, or there was none. A refused MAIL alone
     * does not say so: one that comes within a transaction is refused, and the recipients after it are accepted.
     */
    static boolean nobodyIsLeft(int content, Evidence evidence) {
        int mail = evidence.mailOf(content);
        if (mail < 0) {
            return false;
        }
        for (int i = mail + 1; i < content; i++) {
            if (evidence.is(i, "RCPT") && !evidence.isRefused(i)) {
                return false;
            }
        }
        return true;
    }
}
