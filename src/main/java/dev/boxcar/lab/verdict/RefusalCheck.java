// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V10;

import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.record.SessionRecord.Item;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * V10: after a refused MAIL there is no transaction to go on with (RFC 5321 §3.3); "the SMTP client SHOULD NOT repeat
 * the exact request (in the same sequence)" after a 5yz reply (§4.2.1).
 */
final class RefusalCheck implements Check {
    private static final Citation TRANSACTION = new Citation("5321", "3.3");
    /** Refusals that depend on what else the client did: the same command may succeed later. */
    private static final Set<Integer> OF_STATE = Set.of(500, 502, 503, 523, 530, 534, 538);

    @Override
    public void judge(Evidence evidence, Findings findings) {
        goingOn(evidence, findings);
        repeating(evidence, findings);
    }

    private static void goingOn(Evidence evidence, Findings findings) {
        for (int i = 0; i < evidence.size(); i++) {
            boolean goesOn = evidence.is(i, "RCPT") || evidence.is(i, "DATA") || evidence.is(i, "BDAT");
            int mail = goesOn ? evidence.mailOf(i) : -1;
            if (mail < 0 || !evidence.isRefused(mail)) {
                continue;
            }
            String text = evidence.name(i) + " came although MAIL (item " + mail + ") was refused with "
                    + evidence.code(mail);
            if (evidence.knew(mail, i)) {
                findings.violation(V10, TRANSACTION, text, mail, i);
            } else if (!evidence.didNotWait(mail)) {
                findings.unknown(V10, text + ", but the client may not have known that yet", mail, i);
            }
        }
    }

    private static void repeating(Evidence evidence, Findings findings) {
        Map<String, Integer> refused = new HashMap<>();
        String mail = "";
        for (int i = 0; i < evidence.size(); i++) {
            Item item = evidence.item(i);
            mail = evidence.is(i, "MAIL") ? item.text() : mail;
            String request = request(item, mail);
            Integer before = request == null ? null : refused.get(request);
            if (before != null) {
                String text = evidence.name(i) + " repeats item " + before + ", which was refused with "
                        + evidence.code(before);
                if (evidence.knew(before, i)) {
                    findings.violation(V10, text, before, i);
                } else {
                    findings.unknown(V10, text + ", but the client may not have known that yet", before, i);
                }
            }
            boolean changesState = item.isHello() || evidence.is(i, "STARTTLS") || evidence.code(i) == 235;
            if (changesState && evidence.isAccepted(i)) {
                refused.clear(); // after these the same command may succeed
            } else if (request != null && evidence.code(i) >= 500 && !OF_STATE.contains(evidence.code(i))) {
                refused.put(request, i);
            }
        }
    }

    /**
     * The command in its sequence; null if the same one may succeed for another message, or if it was recorded only in
     * part.
     */
    private static @Nullable String request(Item item, String mail) {
        boolean isWhole = item.text().length() + 2 == item.bytes();
        if (!isWhole || item.verb() == null) {
            return null;
        }
        return switch (item.verb()) {
            case "MAIL", "EHLO", "HELO", "VRFY", "EXPN" -> item.text();
            case "RCPT" -> mail + "\n" + item.text();
            default -> null;
        };
    }
}
