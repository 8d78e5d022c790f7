// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Read;
import java.util.List;

/** V01: "The sender SHOULD wait for this greeting message before sending any commands" (RFC 5321 §4.3.1). */
final class EarlyTalkCheck implements Check {
    @Override
    public void judge(Evidence evidence, Findings findings) {
        SessionRecord session = evidence.session();
        Read first = session.items().isEmpty()
                ? session.reads().stream().findFirst().orElse(null)
                : evidence.readOf(session.items().get(0).from()); // what a proxy sent before is not an item
        if (first == null) {
            return;
        }
        Integer[] items = session.items().isEmpty() ? new Integer[0] : new Integer[] {0};
        if (first.repliesLeft() == 0 && evidence.mayTalkEarly()) {
            findings.unknown(VerdictRule.V01, early(first, session) + "; PIPECONNECT allows that", items);
        } else if (first.repliesLeft() == 0) {
            findings.violation(VerdictRule.V01, early(first, session), items);
        } else if (evidence.wasQuietBefore(0)) {
            findings.pass(VerdictRule.V01, "the client waited for a late banner", items);
        } else {
            findings.unknown(VerdictRule.V01, "the banner was not late enough to show whether the client waits", items);
        }
    }

    private static String early(Read first, SessionRecord session) {
        List<SessionRecord.RecordedReply> replies = session.replies();
        boolean hasLeft = !replies.isEmpty() && replies.get(0).leftMicros() >= 0;
        return first.bytes() + " bytes were read at " + Evidence.millis(first.atMicros()) + ", "
                + (hasLeft
                        ? Evidence.millis(replies.get(0).leftMicros() - first.atMicros()) + " before the banner left"
                        : "and no banner had left");
    }
}
