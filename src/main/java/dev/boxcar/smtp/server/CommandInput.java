// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.Collector;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command lines of one session (RFC 5321 §4.1): read as commands, held where they must wait, told to who listens,
 * carried out by {@link Commands}. Confined to the loop thread.
 */
final class CommandInput extends SessionPart implements Input {
    private static final Logger LOG = LoggerFactory.getLogger(CommandInput.class);

    private final Collector line = new Collector();
    private final AuthWatch watch = new AuthWatch();
    /** A command waits in {@link #line} until the recipients before it are decided. */
    private boolean held;

    CommandInput(SmtpSession session) {
        super(session);
    }

    @Override
    public void collect(byte[] bytes, int from, int to) {
        watch.collect(bytes, from, to);
        int most = mayBeLong() ? AuthInput.MOST_BYTES : service().limits().commandBytes();
        line.collect(bytes, from, to, most - 2); // without the CRLF
    }

    /** RFC 4954 §4: AUTH may be longer than other lines; where it is not offered, it is one of them. */
    private boolean mayBeLong() {
        AuthenticationOptions authentication = service().authentication();
        return watch.isAuth()
                && authentication != null
                && !authentication.offered(client()).isEmpty();
    }

    @Override
    public void released() {
        line.keep();
    }

    @Override
    public boolean isMessage() {
        return false;
    }

    @Override
    public void found() throws IOException {
        Command command = session.command();
        boolean readable = read(command);
        if (session.recipientsAsked() > 0 && !(readable && command.verb() == Verb.RCPT)) {
            held = true;
        } else {
            carryOut(command, readable);
        }
    }

    /** Reads the line as a command; false where it cannot be one. */
    private boolean read(Command command) {
        if (line.overflowed()) {
            return false;
        }
        command.read(line.bytes(), line.from(), line.to());
        return command.isPrintable() || !hasBadBytes();
    }

    /** Nothing more is heard while a command waits. */
    boolean isHolding() {
        return held;
    }

    /**
     * The recipients before the command that waits may be decided now; behind the last reply nothing is carried out.
     */
    void goOn() throws IOException {
        if (held && session.recipientsAsked() == 0 && !session.isLeaving()) {
            held = false;
            var command = new Command(); // this may be within another session's event, which has the loop's in use
            carryOut(command, read(command)); // again: the line may stand elsewhere by now
        }
    }

    private void carryOut(Command command, boolean readable) throws IOException {
        if (!readable) {
            Reply malformed = malformed();
            tellMalformed();
            watch.answered(watch.isSecret(), null, malformed);
            clearLine();
            answers().give(null, malformed);
            return;
        }
        Verb verb = command.verb();
        boolean secret = watch.isSecret(command);
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} C: {}", session, secret ? "***" : command);
        }
        tell(command, secret);
        Reply reply = verb == null && watch.isBdat() ? Replies.CHUNK_WITHOUT_SIZE : session.commands.answer(command);
        watch.answered(secret, verb, reply);
        clearLine();
        if (reply != null) {
            answers().give(verb, reply);
        }
    }

    private void tellMalformed() {
        if (watch.isSecret()) {
            session.hearing.response();
        } else {
            session.hearing.line();
        }
    }

    /** An exchange of AUTH has failed: the client may have begun to say the rest of it. */
    void exchangeFailed() {
        watch.exchangeFailed();
    }

    private void tell(Command command, boolean secret) {
        if (secret) {
            session.hearing.line();
            session.hearing.secret(line.to() - line.from() + 2);
            return;
        }
        session.hearing.command(command);
        int told = command.verb() == Verb.AUTH ? command.endOfFirstWord() : line.to();
        if (told < line.to()) {
            session.hearing.secret(line.to() - told + 2);
        }
    }

    private void clearLine() {
        line.clear();
        watch.lineEnds();
    }

    void clear() {
        clearLine();
        held = false;
    }

    private Reply malformed() {
        if (watch.isBdat()) {
            return Replies.CHUNK_WITHOUT_SIZE; // what it would have said, nobody can tell
        } else if (line.overflowed()) {
            return mayBeLong() ? Replies.AUTH_TOO_LONG : Replies.TOO_LONG;
        }
        boolean isNul = line.to() - line.from() == 1 && line.bytes()[line.from()] == 0;
        if (!client().saidHello() && isNul) {
            return Replies.UNWANTED_PROXY_HEADER; // the third line of the signature of its version 2
        }
        return Replies.BAD_BYTES;
    }

    private boolean hasBadBytes() {
        byte[] bytes = line.bytes();
        for (int i = line.from(); i < line.to(); i++) {
            byte b = bytes[i];
            if (b == 0 || b == '\r' || b == '\n') {
                return true;
            }
        }
        return false;
    }
}
