// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import dev.boxcar.smtp.server.reply.Replies;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a MAIL that the session itself acts on; the envelope keeps all of them. Confined to the loop
 * thread; reused for each MAIL.
 */
final class MailParameters implements ParameterReader.Taker {
    private final ParameterReader reader = new ParameterReader();
    private final FutureRelease holding;
    private Set<Extension> usable = Set.of();
    private long size;
    private boolean binary;
    private boolean utf8;

    MailParameters(FutureRelease holding) {
        this.holding = holding;
    }

    /** Reads the parameters; returns why one is refused, or null. */
    @Nullable
    Reply read(byte[] bytes, int from, int to, Set<Extension> extensions) {
        usable = extensions;
        size = 0;
        binary = false;
        Reply problem = reader.read(Parameter.Scope.MAIL, bytes, from, to, extensions, this);
        utf8 = reader.hasSeen(Parameter.SMTPUTF8);
        if (problem == null && reader.hasSeen(Parameter.HOLDFOR) && reader.hasSeen(Parameter.HOLDUNTIL)) {
            return Replies.HELD_TWICE;
        }
        return problem;
    }

    @Override
    public @Nullable Reply take(Parameter parameter, ParameterCursor cursor) {
        return switch (parameter) {
            case SIZE -> {
                size = cursor.number();
                yield null;
            }
            case BODY -> {
                binary = cursor.valueIs("BINARYMIME");
                yield binary && !usable.contains(Extension.BINARYMIME) ? Replies.badValue(parameter) : null;
            }
            case HOLDFOR -> cursor.number() > holding.maxSeconds() ? Replies.HELD_TOO_LONG : null;
            case HOLDUNTIL ->
                FutureRelease.date(cursor.value()).isAfter(holding.latest()) ? Replies.HELD_TOO_LONG : null;
            case SMTPUTF8, AUTH, RET, ENVID, BY, MT_PRIORITY, REQUIRETLS, NOTIFY, ORCPT -> null;
        };
    }

    /** The declared size in bytes; 0 if the client declared none. */
    long sizeBytes() {
        return size;
    }

    /** Whether the client asked for BODY=BINARYMIME, which needs BDAT (RFC 3030 §3). */
    boolean isBinary() {
        return binary;
    }

    boolean smtpUtf8Requested() {
        return utf8;
    }
}
