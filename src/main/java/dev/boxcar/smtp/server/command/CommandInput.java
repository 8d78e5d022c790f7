// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.async.Collector;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.context.InputHandler;
import dev.boxcar.smtp.server.context.InputOffsets;
import dev.boxcar.smtp.server.context.LoopContext;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Fault;
import dev.boxcar.smtp.server.reply.FaultCheck;
import dev.boxcar.smtp.server.reply.PendingDecisions;
import dev.boxcar.smtp.server.reply.Replies;
import dev.boxcar.smtp.server.reply.ReplyQueue;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command lines of one session (RFC 5321 §4.1). It reads each line as a command, reports it to the listener, and
 * passes it to the {@link CommandDispatcher}; a command that must wait for undecided recipients is held back. Confined
 * to the loop thread.
 */
public final class CommandInput implements InputHandler {
    private static final Logger LOG = LoggerFactory.getLogger(CommandInput.class);

    private final LoopContext context;
    private final SessionControl session;
    private final ClientState client;
    private final CommandDispatcher dispatcher;
    private final PendingDecisions decisions;
    private final ReplyQueue replies;
    private final FaultCheck faults;
    private final InputOffsets offsets;
    private final LineClassifier classifier;
    private final Collector line = new Collector();
    /** The command in {@link #line} waits until the recipients before it are decided. */
    private boolean holding;

    public CommandInput(
            LoopContext context,
            SessionControl session,
            ClientState client,
            CommandDispatcher dispatcher,
            PendingDecisions decisions,
            ReplyQueue replies,
            FaultCheck faults,
            InputOffsets offsets,
            LineClassifier classifier) {
        this.context = context;
        this.session = session;
        this.client = client;
        this.dispatcher = dispatcher;
        this.decisions = decisions;
        this.replies = replies;
        this.faults = faults;
        this.offsets = offsets;
        this.classifier = classifier;
    }

    @Override
    public void collect(byte[] bytes, int from, int to) {
        classifier.collect(bytes, from, to);
        int maximum = mayBeLong()
                ? AuthInput.MAX_LINE_BYTES
                : context.server().limits().commandBytes();
        line.collect(bytes, from, to, maximum - 2); // without the CRLF
    }

    /** RFC 4954 §4: an AUTH command may be longer than other lines, if AUTH is offered. */
    private boolean mayBeLong() {
        AuthenticationOptions authentication = context.server().authentication();
        return classifier.isAuth()
                && authentication != null
                && !authentication.offered(client).isEmpty();
    }

    @Override
    public void inputReleased() {
        line.keep();
    }

    @Override
    public boolean isMessage() {
        return false;
    }

    @Override
    public void found() throws IOException {
        Command command = context.command();
        boolean readable = read(command);
        if (decisions.recipients() > 0 && !(readable && command.verb() == Verb.RCPT)) {
            holding = true;
        } else {
            process(command, readable);
        }
    }

    /** Reads the line as a command; returns false if it cannot be one. */
    private boolean read(Command command) {
        if (line.overflowed()) {
            return false;
        }
        command.read(line.bytes(), line.from(), line.to());
        return command.isPrintable() || !hasBadBytes();
    }

    /** Whether a command is held back; until it is carried out, no further input may be processed. */
    public boolean isHolding() {
        return holding;
    }

    /** Decisions have been made: carries out the command that was held back, if it need not wait any longer. */
    public void resume() throws IOException {
        if (holding && decisions.recipients() == 0 && !session.isLeaving()) {
            holding = false;
            var command = new Command(); // an event of another session may be using the loop's own
            process(command, read(command)); // reads again: the line may have moved in memory
        }
    }

    private void process(Command command, boolean readable) throws IOException {
        if (readable) {
            processCommand(command);
        } else {
            processMalformed();
        }
    }

    private void processCommand(Command command) throws IOException {
        Verb verb = command.verb();
        boolean secret = classifier.isSecret(command);
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} C: {}", session, secret ? "***" : command);
        }
        report(command, secret);
        Fault fault = faults.command(command);
        Reply instead = fault == null || fault.carriesOut(verb) ? null : fault.reply();
        Reply reply = verb == null && classifier.isBdat()
                ? Replies.CHUNK_WITHOUT_SIZE
                : dispatcher.dispatch(command, instead);
        if (verb == Verb.AUTH) {
            classifier.authAnswered(reply);
        } else {
            classifier.lineAnswered(secret);
        }
        clearLine();
        if (!Replies.isLater(reply)) {
            replies.give(verb, reply);
        }
    }

    private void processMalformed() throws IOException {
        Reply reply = malformedReply();
        boolean secret = classifier.isSecret();
        if (secret) {
            offsets.authResponse();
        } else {
            offsets.line();
        }
        classifier.lineAnswered(secret);
        clearLine();
        faults.command(null);
        replies.give(null, reply);
    }

    /** Reports the command to the listener, and which part of it is a secret. */
    private void report(Command command, boolean secret) {
        if (secret) {
            offsets.line();
            offsets.secret(line.to() - line.from() + 2);
            return;
        }
        offsets.command(command);
        int publicTo = command.verb() == Verb.AUTH ? command.endOfFirstWord() : line.to();
        if (publicTo < line.to()) {
            offsets.secret(line.to() - publicTo + 2);
        }
    }

    private void clearLine() {
        line.clear();
        classifier.reset();
    }

    /** Forgets the line that has begun, or the command that is held back. */
    public void clear() {
        clearLine();
        holding = false;
    }

    private Reply malformedReply() {
        if (classifier.isBdat()) {
            return Replies.CHUNK_WITHOUT_SIZE; // it is unknown how many bytes follow
        } else if (line.overflowed()) {
            return mayBeLong() ? Replies.AUTH_TOO_LONG : Replies.TOO_LONG;
        }
        boolean isNul = line.to() - line.from() == 1 && line.bytes()[line.from()] == 0;
        if (!client.saidHello() && isNul) {
            return Replies.UNWANTED_PROXY_HEADER; // the third line of the signature of version 2
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
