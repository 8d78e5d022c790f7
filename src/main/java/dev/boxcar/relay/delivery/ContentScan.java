// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.smtp.path.Ascii;

/** Finds out what must be known about all bytes of a message before it is sent. Used by one thread. */
final class ContentScan {
    private boolean eightBit;
    private long bareLineFeeds;
    private long bareCarriageReturns;
    private boolean afterCarriageReturn;

    /** Takes the next bytes. */
    void add(byte[] bytes, int length) {
        eightBit = eightBit || !Ascii.isSevenBit(bytes, 0, length);
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                bareLineFeeds += afterCarriageReturn ? 0 : 1;
            } else if (afterCarriageReturn) {
                bareCarriageReturns++;
            }
            afterCarriageReturn = b == '\r';
        }
    }

    /** Whether any byte is above 127. */
    boolean isEightBit() {
        return eightBit;
    }

    /** How many LFs no CR precedes. */
    long bareLineFeeds() {
        return bareLineFeeds;
    }

    /** Whether a CR or LF is not part of a CRLF. */
    boolean hasStrayLineEnds() {
        return bareLineFeeds > 0 || bareCarriageReturns > 0 || afterCarriageReturn;
    }
}
