// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its first bytes what a line is that may be too long to be kept: AUTH, which may be longer than others, or
 * BDAT, behind which bytes come; and whether a line may be a secret. Confined to the loop thread.
 */
final class AuthWatch {
    private static final int AUTH = 'A' << 24 | 'U' << 16 | 'T' << 8 | 'H';
    private static final int BDAT = 'B' << 24 | 'D' << 16 | 'A' << 8 | 'T';

    /** The line's first four bytes, in capitals. */
    private int word;
    /** The byte behind them; a space as long as there is none. */
    private byte behind = ' ';
    /** How many of these five there are. */
    private byte bytes;
    /** AUTH was refused, and what follows may be the rest of an exchange that the client had begun without waiting. */
    private boolean secretsMayFollow;

    /** A piece of the line came. */
    void collect(byte[] piece, int from, int to) {
        if (bytes == 0 && to - from > Verb.WORD_BYTES) { // the whole line, as a rule
            word = Verb.word(piece, from);
            behind = piece[from + Verb.WORD_BYTES];
            bytes = Verb.WORD_BYTES + 1;
            return;
        }
        for (int i = from; i < to && bytes <= Verb.WORD_BYTES; i++, bytes++) {
            if (bytes < Verb.WORD_BYTES) {
                word = word << Byte.SIZE | (piece[i] & 0xDF);
            } else {
                behind = piece[i];
            }
        }
    }

    /** Whether the line begins with AUTH and a space (RFC 4954 §4). */
    boolean isAuth() {
        return word == AUTH && bytes > Verb.WORD_BYTES && behind == ' ';
    }

    /** Whether the line is BDAT, with whatever argument, or with a control where a space ought to be. */
    boolean isBdat() {
        return word == BDAT && behind >= 0 && behind <= ' ';
    }

    /** Whether a line that is no command is to be kept from logs and listeners. */
    boolean isSecret(Command command) {
        return command.verb() == null && isSecret();
    }

    /** Whether a line that cannot be read is to be kept from listeners. */
    boolean isSecret() {
        return secretsMayFollow || word == AUTH;
    }

    /** What was answered to the line; null: nothing yet. */
    void answered(boolean secret, @Nullable Verb verb, @Nullable Reply reply) {
        secretsMayFollow = secret || (verb == Verb.AUTH && reply != null && reply.isError());
    }

    /** An exchange has ended without success. */
    void exchangeFailed() {
        secretsMayFollow = true;
    }

    void lineEnds() {
        word = 0;
        behind = ' ';
        bytes = 0;
    }
}
