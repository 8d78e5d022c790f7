// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.async.buffer.ByteSearch;
import dev.boxcar.smtp.Envelope.Flag;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/**
 * Removes the dots that the client put in front of lines (RFC 5321 §4.5.2), and notices bytes that do not belong in a
 * message: bare CR, bare LF, NUL. Only CRLF ends a line. Everything else is passed on unchanged, in runs as long as
 * possible.
 *
 * <p>Confined to the loop thread; one per message.
 */
final class DotUnstuffer {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The kind of the last byte. */
    private enum Last {
        LINE_END,
        CR,
        OTHER
    }

    /** Receives the bytes that are passed on: {@code from} to {@code to}, exclusive. */
    interface Target {
        void write(byte[] bytes, int from, int to);
    }

    private final boolean dotted;
    private Last last = Last.LINE_END;
    private final Set<Flag> flags = EnumSet.noneOf(Flag.class);

    /** If {@code dotted} is false, dots stay, and only irregular bytes are noticed (RFC 3030 §2). */
    DotUnstuffer(boolean dotted) {
        this.dotted = dotted;
    }

    /** Passes a piece of the message on to {@code target}. */
    void pass(byte[] bytes, int from, int to, Target target) {
        int runFrom = from;
        int at = from;
        while (at < to) {
            if (last == Last.OTHER) {
                at = skipLines(bytes, at, to);
                if (at == to) {
                    break;
                }
            }
            byte b = bytes[at];
            if (dotted && last == Last.LINE_END && b == '.') {
                if (at > runFrom) {
                    target.write(bytes, runFrom, at);
                }
                runFrom = at + 1;
                last = Last.OTHER;
            } else {
                last = after(b);
            }
            at++;
        }
        if (to > runFrom) {
            target.write(bytes, runFrom, to);
        }
    }

    private Last after(byte b) {
        if (b == '\n') {
            if (last == Last.CR) {
                return Last.LINE_END;
            }
            flags.add(Flag.BARE_LF);
            return Last.OTHER;
        }
        if (last == Last.CR) {
            flags.add(Flag.BARE_CR);
        }
        if (b == 0) {
            flags.add(Flag.NUL);
        }
        return b == '\r' ? Last.CR : Last.OTHER;
    }

    /**
     * Skips whole lines that are passed on unchanged. Returns the index of the next CR, LF or NUL that needs a closer
     * look, or {@code to} if there is none.
     */
    private int skipLines(byte[] bytes, int from, int to) {
        int at = skipOrdinary(bytes, from, to);
        while (at < to - 2 && bytes[at] == '\r' && bytes[at + 1] == '\n' && (bytes[at + 2] != '.' || !dotted)) {
            at = skipOrdinary(bytes, at + 2, to);
        }
        return at;
    }

    /**
     * Returns the index of the next byte that may be a CR, an LF or a NUL, looking at eight bytes at a time, or
     * {@code to} if there is none.
     */
    private static int skipOrdinary(byte[] bytes, int from, int to) {
        int at = from;
        for (int end = to - Long.BYTES; at <= end; at += Long.BYTES) {
            long low = ByteSearch.atMostCr((long) LONGS.get(bytes, at));
            if (low != 0) {
                return at + (Long.numberOfTrailingZeros(low) >>> 3);
            }
        }
        while (at < to && (bytes[at] >= 0x0E || bytes[at] < 0)) {
            at++;
        }
        return at;
    }

    /** The message is complete. A CR at its very end was a bare one, since the CRLF of the terminator follows it. */
    Set<Flag> finish() {
        if (last == Last.CR) {
            flags.add(Flag.BARE_CR);
        }
        return flags;
    }
}
