// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a message beside its sender, as far as the session itself acts upon it; all of it is kept in
 * the envelope. Confined to the loop thread; used again for each MAIL.
 */
final class MailParameters implements ParameterReader.Taker {
    private final ParameterReader reader = new ParameterReader();
    private final FutureRelease holding;
    private Set<Extension> offered = Set.of();
    private long size;
    private boolean binary;
    private boolean utf8;

    MailParameters(FutureRelease holding) {
        this.holding = holding;
    }

    /** Reads what stands behind the path; null when all of it was understood, else why not. */
    @Nullable
    Reply read(byte[] bytes, int from, int to, Set<Extension> extensions) {
        offered = extensions;
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
                yield binary && !offered.contains(Extension.BINARYMIME) ? Replies.badValue(parameter) : null;
            }
            case HOLDFOR -> cursor.number() > holding.longestSeconds() ? Replies.HELD_TOO_LONG : null;
            case HOLDUNTIL ->
                FutureRelease.date(cursor.value()).isAfter(holding.latest()) ? Replies.HELD_TOO_LONG : null;
            case SMTPUTF8, AUTH, RET, ENVID, BY, MT_PRIORITY, REQUIRETLS, NOTIFY, ORCPT -> null;
        };
    }

    /** The declared size in bytes; 0 where none was given. */
    long sizeBytes() {
        return size;
    }

    /** Whether the message has no lines, and so can come by BDAT alone (RFC 3030 §3). */
    boolean isBinary() {
        return binary;
    }

    boolean smtpUtf8Asked() {
        return utf8;
    }
}
