// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import org.jspecify.annotations.Nullable;

/** Tells which command lines are AUTH, and so may be longer, and which may be a secret without being AUTH. Confined to the loop thread. */
final class AuthWatch {
    private static final byte[] AUTH = {'A', 'U', 'T', 'H', ' '};
    private static final int NOT_AUTH = -1;

    /** How much of {@link #AUTH} the line has spelled so far. */
    private int spelled;
    /** AUTH was refused, and what follows may be the rest of an exchange that the client had begun without waiting. */
    private boolean secretsMayFollow;

    /** A piece of the line came. */
    void collect(byte[] octets, int from, int to) {
        for (int i = from; i < to && spelled >= 0 && spelled < AUTH.length; i++) {
            spelled = (octets[i] & 0xDF) == (AUTH[spelled] & 0xDF) ? spelled + 1 : NOT_AUTH;
        }
    }

    /** Whether the line begins with AUTH and a space (RFC 4954 §4). */
    boolean isAuth() {
        return spelled == AUTH.length;
    }

    /** Whether a line that is no command is to be kept from logs and listeners. */
    boolean isSecret(Command command) {
        return command.verb() == null && (secretsMayFollow || command.looksLikeAuth());
    }

    /** What was answered to the line; null: nothing yet. */
    void answered(boolean secret, @Nullable Verb verb, @Nullable Reply reply) {
        secretsMayFollow = secret || (verb == Verb.AUTH && reply != null && reply.isError());
    }

    void lineEnds() {
        spelled = 0;
    }
}
