// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V14;

import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.record.Irregularity;

/**
 * V14: a client that sends DATA puts a dot before each line that begins with one (RFC 5321 §4.5.2). One that sends BDAT
 * does not; the chunk has the size that it says, none follows the last one, and DATA is not used in the same
 * transaction (RFC 3030 §2).
 */
final class TransparencyCheck implements Check {
    private static final Citation CHUNKING = new Citation("3030", "2");

    @Override
    public void judge(Evidence evidence, Findings findings) {
        boolean lastWasSent = false;
        boolean chunked = false;
        for (int i = 0; i < evidence.size(); i++) {
            if (evidence.is(i, "MAIL")
                    || evidence.is(i, "RSET")
                    || evidence.item(i).isHello()) {
                lastWasSent = false;
                chunked = false;
            } else if (evidence.is(i, "BDAT")) {
                if (lastWasSent) {
                    findings.violation(V14, CHUNKING, evidence.name(i) + " came after the last chunk", i);
                }
                chunked = true;
            } else if (evidence.is(i, "DATA") && chunked && !lastWasSent) {
                findings.violation(V14, CHUNKING, evidence.name(i) + " came after a chunk of the same message", i);
            } else if (evidence.isMessage(i)) {
                lastWasSent = evidence.is(i - 1, "BDAT") && evidence.endsMessage(i);
                judgeMessage(i, evidence, findings);
            }
        }
        pendingText(evidence, findings);
    }

    private static void judgeMessage(int i, Evidence evidence, Findings findings) {
        boolean isChunk = evidence.is(i - 1, "BDAT");
        boolean hasSingle = evidence.has(i, Irregularity.Kind.SINGLE_DOT);
        boolean hasDouble = evidence.has(i, Irregularity.Kind.DOUBLE_DOT);
        if (!isChunk && hasSingle) {
            findings.violation(V14, "a line begins with a single dot" + where(i, evidence), i);
        } else if (isChunk && hasDouble && !hasSingle) {
            findings.unknown(V14, "in " + evidence.name(i) + " no line begins with one dot, but some with two", i);
        } else if (!isChunk && hasDouble) {
            findings.pass(V14, "the dots at the beginning of lines are doubled", i);
        }
        if (isChunk ? restOfChunkFollows(i, evidence) : MessageText.follows(i, evidence)) {
            String what = isChunk
                    ? "the chunk is longer than BDAT says: its rest came as commands"
                    : "the text went on after a line with a dot alone";
            findings.violation(V14, isChunk ? CHUNKING : V14.citation(), what, i, i + 1);
        }
    }

    private static String where(int i, Evidence evidence) {
        return evidence.irregularities(i).stream()
                .filter(found -> found.kind() == Irregularity.Kind.SINGLE_DOT)
                .map(found -> ", at offset " + (found.offset() - 1))
                .findFirst()
                .orElse("");
    }

    /** Whether what the server does not know was sent right after a chunk, before the chunk was answered. */
    private static boolean restOfChunkFollows(int i, Evidence evidence) {
        return evidence.isUnknown(i + 1) && evidence.code(i + 1) >= 500 && evidence.didNotWait(i);
    }

    /** A message that is not complete may show a line that was not stuffed. */
    private static void pendingText(Evidence evidence, Findings findings) {
        int last = evidence.size() - 1;
        if (!evidence.is(last, "DATA") || evidence.code(last) != 354) {
            return;
        }
        for (Irregularity found : evidence.session().irregularities()) {
            if (found.kind() == Irregularity.Kind.SINGLE_DOT
                    && found.offset() >= evidence.item(last).to()) {
                findings.violation(V14, "a line begins with a single dot, at offset " + (found.offset() - 1));
            }
        }
    }
}
