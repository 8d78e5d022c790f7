// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.reply.Replies;

/**
 * Recognizes two commands by the first bytes of their line, even if the line is too long to be kept: AUTH, which may be
 * longer than other lines, and BDAT, which is followed by bytes that are not commands. Also says whether a line may
 * contain a secret. Confined to the loop thread.
 */
public final class LineClassifier {
    private static final int AUTH = 'A' << 24 | 'U' << 16 | 'T' << 8 | 'H';
    private static final int BDAT = 'B' << 24 | 'D' << 16 | 'A' << 8 | 'T';

    /** The line's first four bytes, in upper case. */
    private int word;
    /** The byte after them; a space until there is one. */
    private byte byteAfter = ' ';
    /** How many of these five bytes were received. */
    private byte count;
    /** AUTH was refused, and the next lines may be the rest of an exchange that the client pipelined. */
    private boolean secretsMayFollow;

    /** A piece of the line was received. */
    void collect(byte[] piece, int from, int to) {
        if (count == 0 && to - from > Verb.WORD_BYTES) { // usually the whole line
            word = Verb.word(piece, from);
            byteAfter = piece[from + Verb.WORD_BYTES];
            count = Verb.WORD_BYTES + 1;
            return;
        }
        for (int i = from; i < to && count <= Verb.WORD_BYTES; i++, count++) {
            if (count < Verb.WORD_BYTES) {
                word = word << Byte.SIZE | (piece[i] & 0xDF);
            } else {
                byteAfter = piece[i];
            }
        }
    }

    /** Whether the line begins with AUTH and a space (RFC 4954 §4). */
    boolean isAuth() {
        return word == AUTH && count > Verb.WORD_BYTES && byteAfter == ' ';
    }

    /** Whether the line is BDAT with any argument, or with a control character in place of the space. */
    boolean isBdat() {
        return word == BDAT && byteAfter >= 0 && byteAfter <= ' ';
    }

    /** Whether the line, read as {@code command}, must be kept from logs and listeners. */
    boolean isSecret(Command command) {
        return command.verb() == null && isSecret();
    }

    /** Whether a line that is not a command must be kept from logs and listeners. */
    boolean isSecret() {
        return secretsMayFollow || word == AUTH;
    }

    /** An AUTH command got this reply, or {@link Replies#LATER}. */
    void authAnswered(Reply reply) {
        secretsMayFollow = !Replies.isLater(reply) && reply.isError();
    }

    /** A line was processed that is not AUTH; if it was a secret, the next one may be one too. */
    void lineAnswered(boolean secret) {
        secretsMayFollow = secret;
    }

    /** An authentication exchange has ended without success. */
    void exchangeFailed() {
        secretsMayFollow = true;
    }

    /** The line has ended. */
    void reset() {
        word = 0;
        byteAfter = ' ';
        count = 0;
    }
}
