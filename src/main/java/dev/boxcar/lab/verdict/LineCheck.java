// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import static dev.boxcar.lab.verdict.VerdictRule.V12;
import static dev.boxcar.lab.verdict.VerdictRule.V13;

import dev.boxcar.lab.verdict.Verdict.Citation;
import dev.boxcar.record.EhloKeywords;
import dev.boxcar.record.Irregularity;
import dev.boxcar.record.SessionRecord.Kind;

/**
 * V12: bare LF and bare CR (RFC 5321 §2.3.8). V13: lines that are too long (§4.5.3.1.4, §4.5.3.1.6), 8-bit content
 * without BODY=8BITMIME (RFC 6152 §3), and UTF-8 in addresses or header fields without SMTPUTF8 (RFC 6531 §3.4).
 */
final class LineCheck implements Check {
    private static final Citation COMMAND_LINE = new Citation("5321", "4.5.3.1.4");
    private static final Citation TEXT_LINE = new Citation("5321", "4.5.3.1.6");
    private static final Citation EIGHT_BIT = new Citation("6152", "3");
    private static final Citation UTF8 = new Citation("6531", "3.4");
    private static final int MAX_COMMAND_BYTES = 512;

    @Override
    public void judge(Evidence evidence, Findings findings) {
        for (Irregularity found : evidence.session().irregularities()) {
            judge(found, evidence, findings);
        }
        longLines(evidence, findings);
        for (var message : evidence.session().messages()) {
            findings.pass(V12, "all lines end in CRLF", message.item());
            findings.pass(V13, "the lines are short enough, and 8-bit data was declared", message.item());
        }
    }

    private static void judge(Irregularity found, Evidence evidence, Findings findings) {
        int item = evidence.itemAt(found.offset());
        boolean isPending = item < 0 || evidence.item(item).to() <= found.offset();
        int transaction = isPending ? evidence.size() - 1 : item;
        int mail = transaction < 0 ? -1 : evidence.mailOf(transaction);
        boolean inMessage = !isPending && evidence.isMessage(item);
        boolean inText = inMessage || (isPending && mayReceiveText(evidence));
        var parameters = DeclaredParameters.of(mail < 0 ? null : evidence.item(mail));
        Integer[] items = isPending ? new Integer[0] : new Integer[] {item};
        String where = " at offset " + found.offset();
        switch (found.kind()) {
            case BARE_LF, BARE_CR, DOT_AFTER_BARE_LF -> {
                if (!parameters.isBinary()) {
                    findings.violation(V12, describe(found.kind()) + where, items);
                }
            }
            case LONG_COMMAND -> {
                if (isPending || !isStrayText(item, evidence)) {
                    findings.violation(V13, COMMAND_LINE, "a command line exceeds 512 bytes" + where, items);
                }
            }
            case LONG_TEXT_LINE -> {
                if (!parameters.isBinary()) {
                    findings.violation(V13, TEXT_LINE, "a text line exceeds 1000 bytes" + where, items);
                }
            }
            case EIGHT_BIT -> {
                if (inText) {
                    eightBitContent(
                            parameters, mail < 0 ? EhloKeywords.NONE : evidence.offered(mail), where, items, findings);
                } else if (!isPending
                        && (evidence.is(item, "MAIL") || evidence.is(item, "RCPT"))
                        && parameters.lackUtf8()) {
                    findings.violation(V13, UTF8, "an address has UTF-8" + where + ", without SMTPUTF8", items);
                }
            }
            case EIGHT_BIT_HEADER -> {
                if (parameters.lackUtf8()) {
                    findings.violation(
                            V13, UTF8, "a header field has 8-bit data" + where + ", without SMTPUTF8", items);
                }
            }
            case MESSAGE_TEXT, SINGLE_DOT, DOUBLE_DOT -> {}
        }
    }

    /** Whether what comes after the last item is the text of a message. */
    private static boolean mayReceiveText(Evidence evidence) {
        int last = evidence.size() - 1;
        return evidence.is(last, "BDAT") || (evidence.is(last, "DATA") && evidence.code(last) == 354);
    }

    private static void eightBitContent(
            DeclaredParameters parameters, EhloKeywords offered, String where, Integer[] items, Findings findings) {
        if (!offered.has("8BITMIME")) {
            findings.violation(V13, EIGHT_BIT, "8-bit content" + where + ", which the server did not offer", items);
        } else if (parameters.lackBody()) {
            findings.violation(V13, EIGHT_BIT, "8-bit content" + where + ", without BODY=8BITMIME", items);
        }
    }

    /**
     * Whether this line belongs to the text of a message that the client sent although DATA was refused. The server
     * takes it for a command; the limits of commands do not bind it.
     */
    private static boolean isStrayText(int item, Evidence evidence) {
        int first = item;
        while (first >= 0 && evidence.item(first).verb() == null && !evidence.isMessage(first)) {
            first--;
        }
        return first >= 0 && first < item && evidence.is(first, "DATA") && evidence.code(first) >= 400;
    }

    private static String describe(Irregularity.Kind kind) {
        return switch (kind) {
            case BARE_LF -> "a bare LF";
            case BARE_CR -> "a bare CR";
            case DOT_AFTER_BARE_LF -> "a dot between a bare LF and CRLF, as if it ended the message,";
            case LONG_COMMAND, LONG_TEXT_LINE, EIGHT_BIT, EIGHT_BIT_HEADER, MESSAGE_TEXT, SINGLE_DOT, DOUBLE_DOT ->
                kind.name();
        };
    }

    private static boolean isTooLong(int item, Evidence evidence) {
        return evidence.item(item).bytes() > MAX_COMMAND_BYTES
                && evidence.code(item) == 500
                && !isStrayText(item, evidence);
    }

    /** Lines that are no commands because they are too long. The responses of AUTH may be longer (RFC 4954 §4). */
    private static void longLines(Evidence evidence, Findings findings) {
        boolean authenticating = false;
        for (int i = 0; i < evidence.size(); i++) {
            boolean isLine = evidence.item(i).kind() == Kind.LINE;
            if (isLine && !authenticating && isTooLong(i, evidence)) {
                findings.violation(
                        V13,
                        COMMAND_LINE,
                        "a command line has " + evidence.item(i).bytes() + " bytes",
                        i);
            }
            authenticating = evidence.is(i, "AUTH") || (authenticating && isLine);
        }
    }
}
