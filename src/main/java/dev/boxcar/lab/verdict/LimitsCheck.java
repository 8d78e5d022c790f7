// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V15;

import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.record.MessageFacts;
import java.util.OptionalLong;

/**
 * V15: the server's limits, as SIZE, RCPTMAX and MAILMAX (RFC 9422 §4) announce them. "Any attempt by a client to
 * transfer a message which is larger than this limit will be rejected with a permanent failure" (RFC 1870 §4).
 */
final class LimitsCheck implements Check {
    private static final Citation LIMITS = new Citation("9422", "4");

    @Override
    public void judge(Evidence evidence, Findings findings) {
        for (MessageFacts message : evidence.session().messages()) {
            OptionalLong size = evidence.offered(message.item()).number("SIZE");
            if (size.isEmpty() || size.getAsLong() == 0) {
                continue;
            }
            if (message.bytes() > size.getAsLong()) {
                findings.violation(
                        V15,
                        "a message of " + message.bytes() + " bytes was sent, and SIZE " + size.getAsLong()
                                + " was offered",
                        message.item());
            } else {
                findings.pass(V15, "the message is within the SIZE that was offered", message.item());
            }
        }
        recipients(evidence, findings);
        transactions(evidence, findings);
    }

    private static void recipients(Evidence evidence, Findings findings) {
        int accepted = 0;
        for (int i = 0; i < evidence.size(); i++) {
            if (evidence.is(i, "MAIL")
                    || evidence.is(i, "RSET")
                    || evidence.item(i).isHello()) {
                accepted = 0;
            } else if (evidence.is(i, "RCPT")) {
                OptionalLong max = evidence.offered(i).limit("RCPTMAX");
                if (max.isPresent() && accepted >= max.getAsLong()) {
                    findings.violation(
                            V15,
                            LIMITS,
                            evidence.name(i) + " came after " + accepted + " recipients, and RCPTMAX=" + max.getAsLong()
                                    + " was offered",
                            i);
                }
                accepted += evidence.isAccepted(i) ? 1 : 0;
            }
        }
    }

    private static void transactions(Evidence evidence, Findings findings) {
        int accepted = 0;
        for (int i = 0; i < evidence.size(); i++) {
            if (evidence.is(i, "MAIL")) {
                OptionalLong max = evidence.offered(i).limit("MAILMAX");
                if (max.isPresent() && accepted >= max.getAsLong()) {
                    findings.violation(
                            V15,
                            LIMITS,
                            evidence.name(i) + " came after " + accepted + " transactions, and MAILMAX="
                                    + max.getAsLong() + " was offered",
                            i);
                }
                accepted += evidence.isAccepted(i) ? 1 : 0;
            }
        }
    }
}
