// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.record.Irregularity;

/** Recognizes the text of a message among the commands of a client that is out of step with the server. */
final class MessageText {
    private MessageText() {}

    /**
     * Whether the lines after item {@code i} are the text of a message: none of them up to the next known command is
     * one that the server knows, and one of them is a dot alone or has the form of a header field. A dot alone right
     * after item {@code i} is not text: it ends a message that has none.
     */
    static boolean follows(int i, Evidence evidence) {
        for (int next = i + 1; evidence.isUnknown(next); next++) {
            boolean isLoneDot = next == i + 1 && evidence.item(next).bytes() == 3;
            if (!isLoneDot && evidence.has(next, Irregularity.Kind.MESSAGE_TEXT)) {
                return true;
            }
        }
        return false;
    }
}
