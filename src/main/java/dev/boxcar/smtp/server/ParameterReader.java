// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands behind the path of a MAIL or RCPT, one parameter after the other, and refuses the first that is
 * wrong: 555 what the server does not know or does not offer in this session, 501 what is malformed or comes twice (RFC
 * 5321 §4.1.1.11). Allocates nothing; confined to the loop thread, to be used again.
 */
final class ParameterReader {
    /** Told of each parameter that is well-formed in itself. */
    interface Taker {
        /** Why this one is refused all the same, or null. */
        @Nullable
        Reply take(Parameter parameter, ParameterCursor cursor);
    }

    private final ParameterCursor cursor = new ParameterCursor();
    private final Set<Parameter> seen = EnumSet.noneOf(Parameter.class);

    /** Reads them all; null when they were all taken, else why not. The bytes begin with a space, or there are none. */
    @Nullable
    Reply read(Parameter.Scope scope, byte[] bytes, int from, int to, Set<Extension> offered, Taker taker) {
        cursor.reset(bytes, from, to);
        seen.clear();
        while (true) {
            switch (cursor.next()) {
                case NONE -> {
                    return null;
                }
                case MALFORMED -> {
                    return Replies.BAD_PARAMETER;
                }
                case FOUND -> {
                    Reply problem = one(scope, offered, taker);
                    if (problem != null) {
                        return problem;
                    }
                }
            }
        }
    }

    private @Nullable Reply one(Parameter.Scope scope, Set<Extension> offered, Taker taker) {
        Parameter parameter = Parameter.at(cursor, scope);
        if (parameter == null || !offered.contains(parameter.extension())) {
            return Replies.UNKNOWN_PARAMETER;
        }
        if (!seen.add(parameter)) {
            return Replies.REPEATED_PARAMETER;
        }
        return parameter.accepts(cursor) ? taker.take(parameter, cursor) : Replies.badValue(parameter);
    }

    /** Whether this one was among those read last. */
    boolean hasSeen(Parameter parameter) {
        return seen.contains(parameter);
    }
}
