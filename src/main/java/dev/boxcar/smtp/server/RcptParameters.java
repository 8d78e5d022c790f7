// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a client wants for one recipient (RFC 3461 §4.1, §4.2). Confined to the loop thread; used again for each
 * RCPT.
 */
final class RcptParameters implements ParameterReader.Taker {
    private final ParameterReader reader = new ParameterReader();
    private boolean utf8;

    /**
     * Reads what stands behind the path; null when all of it was understood, else why not.
     *
     * @param smtpUtf8 whether the message may have addresses beyond ASCII
     */
    @Nullable
    Reply read(byte[] bytes, int from, int to, Set<Extension> offered, boolean smtpUtf8) {
        if (from == to) {
            return null;
        }
        utf8 = smtpUtf8;
        return reader.read(Parameter.Scope.RCPT, bytes, from, to, offered, this);
    }

    @Override
    public @Nullable Reply take(Parameter parameter, ParameterCursor cursor) {
        return utf8 || cursor.valueIsAscii() ? null : Replies.badValue(parameter);
    }
}
