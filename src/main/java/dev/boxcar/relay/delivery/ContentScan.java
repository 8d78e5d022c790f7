// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.buffer.ByteSearch;
import dev.boxcar.smtp.path.Ascii;

/** Finds out what must be known about all bytes of a message before it is sent. Used by one thread. */
final class ContentScan {
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private boolean eightBit;
    private long bareLineFeeds;
    private long bareCarriageReturns;
    /** Whether the last byte was a CR. */
    private boolean afterCarriageReturn;

    /** Takes the next bytes. */
    void add(byte[] bytes, int length) {
        eightBit = eightBit || !Ascii.isSevenBit(bytes, 0, length);
        int at = 0;
        if (afterCarriageReturn && length > 0) {
            at = afterCarriageReturn(bytes, 0);
        }
        at = ByteSearch.indexOfEither(CR, LF, bytes, at, length);
        while (at < length) {
            if (bytes[at] == LF) {
                bareLineFeeds++;
                at++;
            } else if (at + 1 == length) {
                afterCarriageReturn = true;
                return;
            } else {
                at = afterCarriageReturn(bytes, at + 1);
            }
            at = ByteSearch.indexOfEither(CR, LF, bytes, at, length);
        }
    }

    /** Looks at the byte after a CR; returns where the search goes on. */
    private int afterCarriageReturn(byte[] bytes, int at) {
        afterCarriageReturn = false;
        if (bytes[at] == LF) {
            return at + 1;
        }
        bareCarriageReturns++;
        return at;
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
