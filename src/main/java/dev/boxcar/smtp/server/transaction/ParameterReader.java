// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.parameter.ParameterCursor;
import dev.boxcar.smtp.server.reply.Replies;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parameters after the path of a MAIL or RCPT, and refuses the first wrong one: with 555 if it is unknown or
 * not offered in this session, with 501 if it is invalid or repeated (RFC 5321 §4.1.1.11). Allocates nothing; confined
 * to the loop thread; reusable.
 */
final class ParameterReader {
    /** Receives each parameter that is well-formed. */
    interface Taker {
        /** Why the parameter is refused nevertheless; null if it is accepted. */
        @Nullable
        Reply take(Parameter parameter, ParameterCursor cursor);
    }

    private final ParameterCursor cursor = new ParameterCursor();
    private final Set<Parameter> seen = EnumSet.noneOf(Parameter.class);

    /** Reads all parameters; returns why one is refused, or null. The bytes begin with a space, or there are none. */
    @Nullable
    Reply read(Parameter.Scope scope, byte[] bytes, int from, int to, Set<Extension> usable, Taker taker) {
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
                    Reply problem = readOne(scope, usable, taker);
                    if (problem != null) {
                        return problem;
                    }
                }
            }
        }
    }

    private @Nullable Reply readOne(Parameter.Scope scope, Set<Extension> usable, Taker taker) {
        Parameter parameter = Parameter.at(cursor, scope);
        if (parameter == null || !usable.contains(parameter.extension())) {
            return Replies.UNKNOWN_PARAMETER;
        }
        if (!seen.add(parameter)) {
            return Replies.REPEATED_PARAMETER;
        }
        return parameter.accepts(cursor) ? taker.take(parameter, cursor) : Replies.badValue(parameter);
    }

    /** Whether the parameter was among those read last. */
    boolean hasSeen(Parameter parameter) {
        return seen.contains(parameter);
    }
}
