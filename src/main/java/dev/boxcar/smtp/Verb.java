// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The commands that the server knows (RFC 5321 §4.1.1), and where each may appear in a pipelined group. */
public enum Verb {
    HELO(Group.LAST),
    EHLO(Group.LAST),
    MAIL(Group.ANYWHERE),
    RCPT(Group.ANYWHERE),
    DATA(Group.LAST),
    /** A chunk of a message (RFC 3030 §2); other commands may follow its bytes (§4.2). */
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
     * Where in a pipelined group a command may appear. This decides whether its reply may wait for others (RFC 2920
     * §3.1, §3.2).
     *
     * <p>RFC 2920 does not mention HELO and HELP. They end a group: a client that sends HELO does not pipeline, and one
     * that sends HELP waits for the text.
     */
    public enum Group {
        /** May be followed by other commands; its reply may be sent together with theirs. */
        ANYWHERE,
        /** Ends its group; its reply is sent at once. */
        LAST
    }

    /** How many bytes {@link #word} reads. */
    public static final int WORD_BYTES = 4;

    private static final int MAX_LETTERS = Long.BYTES;
    /** Clears the bit that distinguishes lower case from upper case. */
    private static final int UPPER_CASE_MASK = 0xDF;

    private static final int UPPER_CASE_MASKS = 0xDFDFDFDF;

    private static final long NOT_LETTERS = -1;

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

    /** Where this command may appear in a group. */
    public Group group() {
        return group;
    }

    /**
     * The verb that these bytes spell, in any case (RFC 5321 §2.4), or null if the command is unknown. Allocates
     * nothing.
     */
    public static @Nullable Verb of(byte[] bytes, int from, int to) {
        if (to - from > MAX_LETTERS) {
            return null;
        }
        long packed = to - from == WORD_BYTES ? word(bytes, from) : letters(bytes, from, to);
        for (Verb verb : ALL) {
            if (verb.letters == packed) {
                return verb;
            }
        }
        return null;
    }

    private static long letters(byte[] bytes, int from, int to) {
        long packed = 0;
        for (int i = from; i < to; i++) {
            int upper = bytes[i] & UPPER_CASE_MASK;
            if (upper < 'A' || upper > 'Z') {
                return NOT_LETTERS;
            }
            packed = packed << Byte.SIZE | upper;
        }
        return packed;
    }

    /**
     * The four bytes from {@code from} on as one number, the first byte highest, with letters in upper case: almost all
     * verbs have four letters. Bytes that are not letters change too, but none becomes a letter.
     */
    public static int word(byte[] bytes, int from) {
        return (int) WORDS.get(bytes, from) & UPPER_CASE_MASKS;
    }
}
