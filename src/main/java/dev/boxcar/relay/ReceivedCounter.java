// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Counts the Received fields of a message as its bytes come in. Confined to one thread. */
final class ReceivedCounter {
    private static final byte[] NAME = "received:".getBytes(US_ASCII);

    private int count;
    /** The position in the current line, as far as it may still be the name; -1 once it is not. */
    private int matched;

    private boolean lineIsEmpty = true;
    private boolean headerEnded;

    /** Reads the next bytes. */
    void add(byte[] bytes, int from, int to) {
        for (int i = from; i < to && !headerEnded; i++) {
            add(bytes[i]);
        }
    }

    private void add(byte b) {
        if (b == '\n') {
            headerEnded = lineIsEmpty;
            lineIsEmpty = true;
            matched = 0;
        } else if (b != '\r') {
            lineIsEmpty = false;
            match(b);
        }
    }

    private void match(byte b) {
        if (matched < 0) {
            return;
        }
        int lower = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
        matched = lower == NAME[matched] ? matched + 1 : -1;
        if (matched == NAME.length) {
            count++;
            matched = -1;
        }
    }

    /** How many fields there were so far. */
    int count() {
        return count;
    }
}
