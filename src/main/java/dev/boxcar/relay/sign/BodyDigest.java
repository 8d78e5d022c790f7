// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 digest of a body in its canonical form (RFC 6376 §3.4.3, §3.4.4), which is made piece by piece: nothing
 * of the body is kept. Used by one thread, once.
 */
final class BodyDigest {
    private static final int PIECE = 8 * 1024;

    private final Canonicalization form;
    private final MessageDigest digest;
    private final byte[] piece = new byte[PIECE];
    private int filled;
    private boolean afterCarriageReturn;
    /** Line ends that count only if something follows. */
    private long lineEnds;

    private boolean afterSpace;
    private boolean isEmpty = true;

    BodyDigest(Canonicalization form) {
        this.form = form;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Takes the next bytes of the body. */
    void add(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (afterCarriageReturn) {
                afterCarriageReturn = false;
                if (b == '\n') {
                    lineEnds++;
                    afterSpace = false;
                    continue;
                }
                put((byte) '\r');
            }
            if (b == '\r') {
                afterCarriageReturn = true;
            } else if ((b == ' ' || b == '\t') && form == Canonicalization.RELAXED) {
                afterSpace = true;
            } else {
                put(b);
            }
        }
    }

    private void put(byte b) {
        for (; lineEnds > 0; lineEnds--) {
            write((byte) '\r');
            write((byte) '\n');
        }
        if (afterSpace) {
            afterSpace = false;
            write((byte) ' ');
        }
        write(b);
        isEmpty = false;
    }

    private void write(byte b) {
        if (filled == PIECE) {
            digest.update(piece, 0, filled);
            filled = 0;
        }
        piece[filled++] = b;
    }

    /** The digest of the whole body. */
    byte[] finish() {
        if (afterCarriageReturn) {
            put((byte) '\r');
        }
        if (!isEmpty || form == Canonicalization.SIMPLE) { // an empty body is one line end if simple, none if relaxed
            write((byte) '\r');
            write((byte) '\n');
        }
        digest.update(piece, 0, filled);
        return digest.digest();
    }
}
