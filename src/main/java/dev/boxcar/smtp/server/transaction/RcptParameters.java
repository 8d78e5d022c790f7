// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import dev.boxcar.smtp.server.reply.Replies;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the parameters of a RCPT (RFC 3461 §4.1, §4.2). Confined to the loop thread; reused for each RCPT. */
final class RcptParameters implements ParameterReader.Taker {
    private final ParameterReader reader = new ParameterReader();
    private boolean utf8;

    /**
     * Reads the parameters; returns why one is refused, or null.
     *
     * @param smtpUtf8 whether the message may have addresses outside ASCII
     */
    @Nullable
    Reply read(byte[] bytes, int from, int to, Set<Extension> usable, boolean smtpUtf8) {
        if (from == to) {
            return null;
        }
        utf8 = smtpUtf8;
        return reader.read(Parameter.Scope.RCPT, bytes, from, to, usable, this);
    }

    @Override
    public @Nullable Reply take(Parameter parameter, ParameterCursor cursor) {
        return utf8 || cursor.valueIsAscii() ? null : Replies.badValue(parameter);
    }
}
