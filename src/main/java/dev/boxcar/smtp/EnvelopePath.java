// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.smtp.path.Utf8;

/**
 * The value of a {@code From} or {@code To} line of an {@link Envelope}, split into path and parameters. Splitting
 * never fails, so that a line can be shown even if it is malformed. Immutable; any thread.
 *
 * @param path the path as stored, such as {@code <a@b.example>}
 * @param parameters the parameters as stored, or empty
 */
public record EnvelopePath(String path, String parameters) {

    static EnvelopePath ofSender(String value) {
        byte[] bytes = Utf8.encode(value);
        return split(value, bytes, PathSyntax.LENIENT.endOfReversePath(bytes, 0, bytes.length));
    }

    static EnvelopePath ofRecipient(String value) {
        byte[] bytes = Utf8.encode(value);
        return split(value, bytes, PathSyntax.LENIENT.endOfForwardPath(bytes, 0, bytes.length));
    }

    private static EnvelopePath split(String value, byte[] bytes, int endOfPath) {
        int end = endOfPath == PathSyntax.MALFORMED
                ? firstClosingBracket(value)
                : Utf8.decode(bytes, 0, endOfPath).length();
        return new EnvelopePath(value.substring(0, end), value.substring(end).strip());
    }

    /** The index after the first {@code >} outside of quotes, or the length if there is none. */
    private static int firstClosingBracket(String value) {
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i + 1;
            }
        }
        return value.length();
    }

    /** The path as a reverse-path; IllegalArgumentException if it is malformed. */
    ReversePath asReversePath() {
        return ReversePath.parse(path, PathSyntax.LENIENT);
    }

    /** The path as a forward-path; IllegalArgumentException if it is malformed. */
    ForwardPath asForwardPath() {
        return ForwardPath.parse(path, PathSyntax.LENIENT);
    }

    Parameters asParameters() {
        return Parameters.of(parameters);
    }
}
