// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.Irregularity.Kind;
import dev.boxcar.record.MessageFacts.Identity;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Finds the facts about one message while its bytes stream through: irregularities, size, and a fingerprint. Keeps no
 * content. Guarded by the lock of its {@link Recording}.
 */
final class ContentScanner {
    /** RFC 5321 §4.5.3.1.6: at most 1,000 bytes including CRLF. */
    static final int MAX_LINE_BYTES = 998;

    private static final byte[] MESSAGE_ID = {'m', 'e', 's', 's', 'a', 'g', 'e', '-', 'i', 'd', ':'};
    /** All bytes below this value are control characters that need a closer look: among them CR and LF. */
    private static final int FIRST_ORDINARY = 0x0E;

    /** Receives each kind of irregularity where it first occurs. */
    interface Target {
        void found(Kind kind, long offset);
    }

    /** What the bytes since the last line end were. */
    private enum Place {
        LINE_START,
        AFTER_BARE_LF,
        ONE_DOT,
        ONE_DOT_AFTER_BARE_LF,
        IN_LINE
    }

    /** What a line of the header consists of (RFC 5322 §2.2). */
    private enum FieldPart {
        NAME,
        BODY
    }

    private final Target target;
    private final Checksum first = new CRC32C();
    private final Checksum second = new CRC32();
    private final Set<Kind> found = EnumSet.noneOf(Kind.class);
    private Place place = Place.LINE_START;
    private boolean afterCr;
    private boolean inHeader = true;
    /** Whether the line is a header field as far as it has come: it has a name, or continues the field before. */
    private FieldPart field = FieldPart.NAME;

    private boolean hasMessageId;
    private int matched;
    private long lineBytes;
    private long bytes;
    private long stuffedDots;

    ContentScanner(Target target) {
        this.target = target;
    }

    /** The next bytes of the message, as they were sent. */
    void scan(byte[] piece, int from, int to, long offset) {
        bytes += to - from;
        first.update(piece, from, to - from);
        second.update(piece, from, to - from);
        int at = from;
        while (at < to) {
            if (place == Place.IN_LINE && !afterCr && matched < 0 && (!inHeader || field == FieldPart.BODY)) {
                int end = endOfOrdinary(piece, at, to);
                if (end > at) {
                    lineGrew(end - at, offset + at - from);
                    at = end;
                    continue;
                }
            }
            next(piece[at], offset + at - from);
            at++;
        }
    }

    private static int endOfOrdinary(byte[] piece, int from, int to) {
        int at = from;
        while (at < to && piece[at] >= FIRST_ORDINARY) {
            at++;
        }
        return at;
    }

    private void next(byte b, long offset) {
        if (b == '\n') {
            lineEnded(offset);
            return;
        }
        if (afterCr) {
            found(Kind.BARE_CR, offset - 1);
            afterCr = false;
            lineGrew(1, offset - 1);
            place = Place.IN_LINE;
            matched = -1;
        }
        if (b == '\r') {
            afterCr = true;
            return;
        }
        followField(b);
        if (b < 0) {
            found(inHeader ? Kind.EIGHT_BIT_HEADER : Kind.EIGHT_BIT, offset);
        }
        match(b);
        lineGrew(1, offset);
        begin(b, offset);
    }

    /** Follows how a line begins: with a dot, with two, or otherwise. */
    private void begin(byte b, long offset) {
        switch (place) {
            case LINE_START, AFTER_BARE_LF -> {
                if (b != '.') {
                    place = Place.IN_LINE;
                } else {
                    place = place == Place.LINE_START ? Place.ONE_DOT : Place.ONE_DOT_AFTER_BARE_LF;
                    stuffedDots++;
                    lineBytes--; // RFC 5321 §4.5.3.1.6: the extra dot is not counted
                }
            }
            case ONE_DOT -> {
                found(b == '.' ? Kind.DOUBLE_DOT : Kind.SINGLE_DOT, offset);
                place = Place.IN_LINE;
            }
            case ONE_DOT_AFTER_BARE_LF -> place = Place.IN_LINE;
            case IN_LINE -> {}
        }
    }

    private void lineEnded(long offset) {
        if (!afterCr) {
            found(Kind.BARE_LF, offset);
        } else if (place == Place.ONE_DOT_AFTER_BARE_LF) {
            found(Kind.DOT_AFTER_BARE_LF, offset - 2);
        }
        boolean isEmpty = place == Place.LINE_START || place == Place.AFTER_BARE_LF;
        inHeader &= !isEmpty;
        place = afterCr ? Place.LINE_START : Place.AFTER_BARE_LF;
        afterCr = false;
        lineBytes = 0;
        matched = inHeader && !hasMessageId ? 0 : -1;
        field = FieldPart.NAME;
    }

    /** The header ends with the first line that is neither a field nor the continuation of one. */
    private void followField(byte b) {
        if (!inHeader || field == FieldPart.BODY) {
            return;
        }
        boolean atStart = lineBytes == 0;
        if ((b == ':' && !atStart) || ((b == ' ' || b == '\t') && atStart)) {
            field = FieldPart.BODY;
        } else if (b <= ' ') { // among them all bytes above 127, which are negative
            inHeader = false;
            matched = -1;
        }
    }

    private void match(byte b) {
        if (matched < 0) {
            return;
        }
        matched = (b | 0x20) == MESSAGE_ID[matched] ? matched + 1 : -1;
        if (matched == MESSAGE_ID.length) {
            hasMessageId = true;
            matched = -1;
        }
    }

    private void lineGrew(int more, long offset) {
        lineBytes += more;
        if (lineBytes > MAX_LINE_BYTES) {
            found(Kind.LONG_TEXT_LINE, offset);
        }
    }

    @SuppressWarnings("EnumOrdinal") // the bits never leave the process
    private void found(Kind kind, long offset) {
        if (found.add(kind)) {
            target.found(kind, offset);
        }
    }

    /** The message is complete; its last byte is at {@code offset - 1}. A CR there was a bare one. */
    void finish(long offset) {
        if (afterCr) {
            found(Kind.BARE_CR, offset - 1);
        }
    }

    Identity identity() {
        return hasMessageId ? Identity.MESSAGE_ID : Identity.NONE;
    }

    /** The bytes so far, with or without the dots that were put in front of lines. */
    long bytes(boolean dotted) {
        return dotted ? bytes - stuffedDots : bytes;
    }

    /** A number that differs between different contents, except by a chance that can be neglected. */
    long fingerprint() {
        return (first.getValue() << Integer.SIZE | second.getValue()) + bytes * 0x9E3779B97F4A7C15L;
    }
}
