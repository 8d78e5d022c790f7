// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The commands served (RFC 5321 §4.1.1), and where each may stand in a pipelined group. */
public enum Verb {
    HELO(Group.LAST),
    EHLO(Group.LAST),
    MAIL(Group.ANYWHERE),
    RCPT(Group.ANYWHERE),
    DATA(Group.LAST),
    /** A chunk of a message (RFC 3030 §2); others may stand behind its bytes (§4.2). */
    BDAT(Group.ANYWHERE),
    RSET(Group.ANYWHERE),
    STARTTLS(Group.LAST),
    NOOP(Group.LAST),
    VRFY(Group.LAST),
    EXPN(Group.LAST),
    HELP(Group.LAST),
    QUIT(Group.LAST),
    AUTH(Group.LAST);

    /**
     * Where in a pipelined group a command may stand, and so whether its answer may wait for others (RFC 2920 §3.1,
     * §3.2).
     *
     * <p>RFC 2920 says nothing of HELO and HELP: nobody pipelines behind HELO, and whoever asks for help waits for it.
     */
    public enum Group {
        /** May be followed by more; its answer may leave together with theirs. */
        ANYWHERE,
        /** Ends its group; its answer leaves at once. */
        LAST
    }

    /** How many bytes {@link #word} packs. */
    public static final int WORD_BYTES = 4;

    private static final int LONGEST = Long.BYTES;
    /** Clears the one bit that tells a letter's cases apart. */
    private static final int CAPITAL = 0xDF;

    private static final int CAPITALS = 0xDFDFDFDF;

    private static final long NO_VERB = -1;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final Verb[] ALL = values();

    private final Group group;
    private final long letters;

    Verb(Group group) {
        this.group = group;
        long packed = 0;
        for (int i = 0; i < name().length(); i++) {
            packed = packed << Byte.SIZE | name().charAt(i);
        }
        this.letters = packed;
    }

    /** Where this command may stand in a group. */
    public Group group() {
        return group;
    }

    /**
     * The verb that these bytes spell, in any case (RFC 5321 §2.4), or null where it is none of ours. Allocates
     * nothing.
     */
    public static @Nullable Verb of(byte[] bytes, int from, int to) {
        if (to - from > LONGEST) {
            return null;
        }
        long spelt = to - from == WORD_BYTES ? word(bytes, from) : letters(bytes, from, to);
        for (Verb verb : ALL) {
            if (verb.letters == spelt) {
                return verb;
            }
        }
        return null;
    }

    private static long letters(byte[] bytes, int from, int to) {
        long packed = 0;
        for (int i = from; i < to; i++) {
            int upper = bytes[i] & CAPITAL;
            if (upper < 'A' || upper > 'Z') {
                return NO_VERB;
            }
            packed = packed << Byte.SIZE | upper;
        }
        return packed;
    }

    /**
     * The four bytes from {@code from} on, the first of them highest, letters as capitals: nearly all verbs are such
     * words. Other bytes change as well, but none becomes a letter.
     */
    public static int word(byte[] bytes, int from) {
        return (int) WORDS.get(bytes, from) & CAPITALS;
    }
}
