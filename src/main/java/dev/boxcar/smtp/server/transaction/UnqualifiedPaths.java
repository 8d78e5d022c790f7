// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.path.PathSyntax;
import java.nio.charset.StandardCharsets;

/**
 * Completes addresses without a domain in MAIL and RCPT, such as {@code <ann>}, which a submission server may do (RFC
 * 6409 §8.1). Without a domain to add, such addresses stay malformed. Used by the sessions of one loop.
 */
public final class UnqualifiedPaths {
    private final byte[] addition;
    private final PathSyntax syntax;

    /** Adds this domain; an empty one: nothing is completed. */
    public UnqualifiedPaths(String domain, PathSyntax syntax) {
        this.addition = domain.isEmpty() ? new byte[0] : ("@" + domain).getBytes(StandardCharsets.UTF_8);
        this.syntax = syntax;
    }

    /** MAIL with a complete address: the command itself if nothing is missing. */
    public Command mail(Command command) {
        return complete(command, TransactionState.FROM);
    }

    /** RCPT with a complete address: the command itself if nothing is missing. */
    public Command rcpt(Command command) {
        return complete(command, TransactionState.TO);
    }

    private Command complete(Command command, String prefix) {
        if (addition.length == 0) {
            return command;
        }
        byte[] bytes = command.bytes();
        int path = TransactionState.afterPrefix(prefix, command);
        int to = command.argumentTo();
        if (path < 0 || path >= to || bytes[path] != '<') {
            return command;
        }
        int end = syntax.endOfLocalPart(bytes, path + 1, to);
        if (end == PathSyntax.MALFORMED || end >= to || bytes[end] != '>') {
            return command;
        }
        int head = end - command.lineFrom();
        var line = new byte[to - command.lineFrom() + addition.length];
        System.arraycopy(bytes, command.lineFrom(), line, 0, head);
        System.arraycopy(addition, 0, line, head, addition.length);
        System.arraycopy(bytes, end, line, head + addition.length, to - end);
        var complete = new Command();
        complete.read(line, 0, line.length);
        return complete;
    }
}
