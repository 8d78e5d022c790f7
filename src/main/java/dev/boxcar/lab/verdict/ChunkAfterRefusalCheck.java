// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V07;

import dev.boxcar.lab.verdict.Verdict.Citation;

/**
 * V07 for clients that use BDAT. After a refused chunk "the sender-SMTP MUST NOT send any additional BDAT segments"
 * (RFC 3030 §2), and a message that nobody would receive needs no content (RFC 2920 §3.1): {@code BDAT 0 LAST} ends it.
 * What had been sent before the client knew of the refusal is not held against it.
 */
final class ChunkAfterRefusalCheck implements Check {
    private static final Citation CHUNKING = new Citation("3030", "2");

    @Override
    public void judge(Evidence evidence, Findings findings) {
        for (int i = 1; i < evidence.size(); i++) {
            if (evidence.is(i, "BDAT")) {
                int mail = evidence.mailOf(i);
                int refused = mail < 0 ? -1 : refusedChunk(mail, i, evidence);
                if (refused >= 0) {
                    judge(refused, i, CHUNKING, "a chunk was refused", evidence, findings);
                } else if (mail >= 0 && ContentAfterRefusalCheck.nobodyIsLeft(i, evidence)) {
                    judge(
                            lastRecipient(mail, i, evidence),
                            i,
                            V07.citation(),
                            "no recipient was accepted",
                            evidence,
                            findings);
                }
            }
        }
    }

    private static void judge(
            int refused, int chunk, Citation citation, String what, Evidence evidence, Findings findings) {
        if (isEmpty(chunk, evidence)) {
            return;
        }
        String text = evidence.name(chunk) + " with content came after the " + evidence.code(refused) + " to "
                + evidence.name(refused) + ": " + what;
        if (evidence.knew(refused, chunk)) {
            findings.violation(V07, citation, text, refused, chunk);
        } else if (!evidence.didNotWait(refused)) {
            findings.unknown(V07, text + ", but the client may not have known that yet", refused, chunk);
        }
    }

    private static boolean isEmpty(int chunk, Evidence evidence) {
        return evidence.item(chunk).text().matches("(?i)BDAT +0+( .*)?");
    }

    /** The first refused chunk of this transaction before this BDAT, or -1. */
    private static int refusedChunk(int mail, int chunk, Evidence evidence) {
        for (int i = mail + 1; i < chunk; i++) {
            if (evidence.isMessage(i) && evidence.is(i - 1, "BDAT") && evidence.isRefused(i)) {
                return i;
            }
        }
        return -1;
    }

    /** The last RCPT of this transaction, or its MAIL if there is none. */
    private static int lastRecipient(int mail, int chunk, Evidence evidence) {
        int last = mail;
        for (int i = mail + 1; i < chunk; i++) {
            last = evidence.is(i, "RCPT") ? i : last;
        }
        return last;
    }
}
