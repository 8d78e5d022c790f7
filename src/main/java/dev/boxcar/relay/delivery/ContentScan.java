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
    /** Whether the next byte begins a line. */
    private boolean lineBegins = true;

    private boolean hasDotLine;

    /** Takes the next bytes. */
    void add(byte[] bytes, int length) {
        eightBit = eightBit || !Ascii.isSevenBit(bytes, 0, length);
        if (lineBegins) {
            beginLine(bytes, 0, length);
        }
        int at = 0;
        if (afterCarriageReturn && length > 0) {
            at = afterCarriageReturn(bytes, 0, length);
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
                at = afterCarriageReturn(bytes, at + 1, length);
            }
            at = ByteSearch.indexOfEither(CR, LF, bytes, at, length);
        }
    }

    /** Looks at the byte after a CR; returns where the search goes on. */
    private int afterCarriageReturn(byte[] bytes, int at, int length) {
        afterCarriageReturn = false;
        if (bytes[at] == LF) {
            beginLine(bytes, at + 1, length);
            return at + 1;
        }
        bareCarriageReturns++;
        return at;
    }

    private void beginLine(byte[] bytes, int at, int length) {
        lineBegins = at == length;
        hasDotLine |= at < length && bytes[at] == '.';
    }

    /** Whether any byte is above 127. */
    boolean isEightBit() {
        return eightBit;
    }

    /** Whether it can follow DATA as it is: no line begins with a dot, and the last one ends with CRLF. */
    boolean isReadyForData() {
        return !hasDotLine && lineBegins && !hasStrayLineEnds();
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
