// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.record.Irregularity.Kind;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Verb;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the facts about the commands and messages of one session while their bytes stream through. Guarded by the lock
 * of its {@link Recording}.
 */
final class InputScanner {
    /** RFC 5321 §4.5.3.1.4: at most 512 bytes including CRLF. */
    private static final int MAX_COMMAND_BYTES = 510;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final ContentScanner.Target target;
    private final Set<Kind> foundInLine = EnumSet.noneOf(Kind.class);
    private long envelope;
    private @Nullable ContentScanner content;
    private boolean dotted = true;
    private boolean lastChunk;

    InputScanner(ContentScanner.Target target) {
        this.target = target;
    }

    /** The next bytes of a command line. No CR or LF among them is part of a CRLF. */
    void line(byte[] bytes, int from, int to, long offset) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b < 0) {
                found(Kind.EIGHT_BIT, offset + i - from);
            } else if (b == '\n') {
                found(Kind.BARE_LF, offset + i - from);
            } else if (b == '\r') {
                found(Kind.BARE_CR, offset + i - from);
            }
        }
    }

    @SuppressWarnings("EnumOrdinal") // the bits never leave the process
    private void found(Kind kind, long offset) {
        if (foundInLine.add(kind)) {
            target.found(kind, offset);
        }
    }

    /** A line has ended that is not a command. */
    void lineEnded() {
        foundInLine.clear();
    }

    /** A command has ended that begins at {@code offset}. */
    void command(Command command, long offset) {
        foundInLine.clear();
        int length = endOfPath(command) - command.lineFrom();
        Verb verb = command.verb();
        if (length > MAX_COMMAND_BYTES && verb != Verb.AUTH) {
            target.found(Kind.LONG_COMMAND, offset + MAX_COMMAND_BYTES);
        }
        if (verb == null) {
            if (looksLikeText(command)) {
                target.found(Kind.MESSAGE_TEXT, offset);
            }
            return;
        }
        switch (verb) {
            case MAIL -> {
                envelope = hashOfPath(command);
                content = null;
            }
            case RCPT -> envelope += hashOfPath(command) * MIX; // in any order
            case DATA -> {
                dotted = true;
                content = null;
            }
            case BDAT -> {
                dotted = false;
                lastChunk = command.argumentTo("LAST") < command.argumentTo();
            }
            case EHLO, HELO, RSET, STARTTLS -> content = null;
            case NOOP, VRFY, EXPN, HELP, QUIT, AUTH -> {}
        }
    }

    /** Whether the line is a dot alone, or has the form of a header field (RFC 5322 §2.2). */
    private static boolean looksLikeText(Command command) {
        byte[] bytes = command.bytes();
        int at = command.lineFrom();
        int to = command.argumentTo();
        if (to - at == 1) {
            return bytes[at] == '.';
        }
        while (at < to && bytes[at] > ' ' && bytes[at] != ':' && bytes[at] < 0x7F) {
            at++;
        }
        return at > command.lineFrom() && at < to && bytes[at] == ':';
    }

    /** The index after the path of MAIL or RCPT; that of the line's end if it has none. */
    private static int endOfPath(Command command) {
        Verb verb = command.verb();
        if (verb == Verb.MAIL || verb == Verb.RCPT) {
            boolean quoted = false;
            for (int i = command.argumentFrom(); i < command.argumentTo(); i++) {
                byte b = command.bytes()[i];
                quoted ^= b == '"';
                if (b == '>' && !quoted) {
                    return i + 1;
                }
            }
        }
        return command.argumentTo();
    }

    private static long hashOfPath(Command command) {
        long hash = 1;
        for (int i = command.argumentFrom(); i < endOfPath(command); i++) {
            hash = (hash ^ command.bytes()[i]) * MIX;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    /** The next bytes of a message or chunk. */
    void message(byte[] bytes, int from, int to, long offset) {
        content().scan(bytes, from, to, offset);
    }

    private ContentScanner content() {
        if (content == null) {
            content = new ContentScanner(target);
        }
        return content;
    }

    /**
     * A message or chunk has ended, before its terminator at {@code offset}. Returns what is known about the message if
     * it is complete; null if more chunks follow.
     */
    @Nullable
    ContentScanner messageEnded(long offset) {
        if (!dotted && !lastChunk) {
            return null;
        }
        ContentScanner complete = content();
        complete.finish(offset);
        content = null;
        return complete;
    }

    /** The size of a message's content; in DATA, the CRLF of the terminator ends the last line. */
    long size(ContentScanner complete) {
        long bytes = complete.bytes(dotted);
        return dotted && bytes > 0 ? bytes + 2 : bytes;
    }

    /** A number that differs between messages with different envelopes or contents. */
    long fingerprint(ContentScanner complete) {
        return complete.fingerprint() ^ envelope * MIX;
    }
}
