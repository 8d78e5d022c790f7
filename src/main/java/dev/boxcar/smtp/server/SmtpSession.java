// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.Collector;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Terminator;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.PathSyntax;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's dialogue (RFC 5321, pipelined by RFC 2920): every command gets one reply, in order, however the octets arrive.
 *
 * <p>A message is answered when the sink has it; meanwhile the session reads on. A peer's mistake is a {@link Reply}; a failure of
 * the connection ends the session; a mistake of ours is 421 and a logged stack. Confined to its loop's thread.
 */
final class SmtpSession extends AsyncChat {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);

    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');
    /** The CRLF that ended the DATA line is the first one (RFC 5321 §4.1.1.4): .CRLF alone is an empty message. */
    private static final Terminator END_OF_DATA = Terminator.of(
                    (byte) '\r', (byte) '\n', (byte) '.', (byte) '\r', (byte) '\n')
            .assuming(2);

    private static final Duration SHUTDOWN_PATIENCE = Duration.ofMillis(500);
    private static final int BODY_READ_OCTETS = 256 * 1024;
    private final Service service;
    private final Limits limits;
    private final String id;
    private final String client;
    private final Runnable whenClosed;
    private final Collector line = new Collector();
    private final Command command = new Command();
    private final Transaction transaction;
    private final Commits commits;
    private final IdleClock clock;

    private byte @Nullable [] preamble;
    private @Nullable Body body;
    private boolean draining;
    private int errors;

    SmtpSession(EventLoop loop, Service service, String id, String client, Runnable whenClosed) {
        super(loop);
        this.service = service;
        this.limits = service.limits();
        this.id = id;
        this.client = client;
        this.whenClosed = whenClosed;
        this.transaction = new Transaction(limits, service.sink(), service.envelopes());
        this.commits = new Commits(loop);
        this.clock = new IdleClock(loop, limits.shortestWait(), this::timeLeftNanos, this::timeIsUp);
    }

    /** Opens the dialogue with the banner; the socket is there. */
    void greet() {
        setTerminator(LINE);
        LOG.debug("session={} client={} connected", id, client);
        say(service.banner());
        clock.start();
    }

    // ---- input
    // ---------------------------------------------------------------------------------------------------------------

    @Override
    protected void collectIncomingData(byte[] octets, int from, int to) {
        if (body != null) {
            clock.touch();
            body.collect(octets, from, to);
        } else {
            line.collect(octets, from, to, limits.commandOctets() - 2); // without the CRLF
        }
    }

    @Override
    protected void foundTerminator() throws IOException {
        clock.touch();
        if (body != null) {
            endOfBody(body);
            return;
        }
        Verb verb = null;
        Reply reply = malformedLine();
        if (reply == null) {
            command.read(line.octets(), line.from(), line.to());
            LOG.debug("session={} C: {}", id, command);
            verb = command.verb();
            reply = verb == null ? unknown() : answer(verb);
        }
        line.clear();
        answer(verb, reply);
    }

    @Override
    protected void inputReleased() {
        line.keep();
    }

    @Override
    protected boolean mayDispatch() {
        return commits.haveRoom() && (body == null || body.mayTake());
    }

    @Override
    protected int readOctets() {
        return body != null ? BODY_READ_OCTETS : super.readOctets();
    }

    private @Nullable Reply malformedLine() {
        if (line.overflowed()) {
            return Replies.TOO_LONG;
        }
        byte[] octets = line.octets();
        for (int i = line.from(); i < line.to(); i++) {
            byte octet = octets[i];
            if (octet == 0 || octet == '\r' || octet == '\n') {
                return Replies.BAD_OCTETS;
            }
        }
        return null;
    }

    // ---- commands
    // ------------------------------------------------------------------------------------------------------------

    private Reply answer(Verb verb) {
        Reply refusal = phase().refusal(verb);
        if (refusal != null) {
            return refusal;
        }
        return switch (verb) {
            case HELO -> hello("SMTP", service.hello());
            case EHLO -> hello("ESMTP", service.extendedHello());
            case MAIL -> preamble == null ? Replies.HELLO_FIRST : transaction.mail(command, preamble);
            case RCPT -> transaction.rcpt(command);
            case DATA -> command.hasArgument() ? Replies.NO_ARGUMENT : data();
            case RSET -> command.hasArgument() ? Replies.NO_ARGUMENT : reset();
            case NOOP -> Replies.NOOP;
            case VRFY, EXPN -> command.hasArgument() ? Replies.CANNOT_VERIFY : Replies.ARGUMENT_MISSING;
            case HELP -> Replies.HELP;
            case QUIT -> command.hasArgument() ? Replies.NO_ARGUMENT : service.closing();
        };
    }

    private Reply hello(String protocol, Reply greeting) {
        if (!isName()) {
            return Replies.BAD_HELLO;
        }
        preamble = EnvelopeWriter.preamble(id, client, command.argument(), protocol);
        endTransaction();
        return greeting;
    }

    /** Whatever a client calls itself is taken (RFC 5321 §4.1.4 forbids to refuse for that), if it can be read. */
    private boolean isName() {
        byte[] octets = command.octets();
        for (int i = command.argumentFrom(); i < command.argumentTo(); i++) {
            if ((octets[i] >= 0 && octets[i] < ' ') || octets[i] == 0x7F) {
                return false;
            }
        }
        return command.hasArgument() && PathSyntax.isUtf8(octets, command.argumentFrom(), command.argumentTo());
    }

    /** A web page may make a browser post SMTP to us; what looks like HTTP ends the session before its body is read (P7). */
    private Reply unknown() {
        return command.argument().contains("HTTP/") ? Replies.NOT_HTTP : Replies.UNKNOWN;
    }

    private Phase phase() {
        if (preamble == null) {
            return Phase.CONNECTED;
        } else if (!transaction.isOpen()) {
            return Phase.READY;
        }
        return transaction.recipients() == 0 ? Phase.SENDER : Phase.RECIPIENTS;
    }

    private Reply data() {
        Reply refusal = transaction.refusal();
        if (refusal != null) {
            return refusal;
        }
        MessageSink.Incoming incoming = service.sink().begin(loop());
        incoming.whenRoom(this::bodyMayGoOn);
        body = new Body(incoming, limits.messageOctets());
        setTerminator(END_OF_DATA);
        return Replies.START_INPUT;
    }

    /** The sink could not keep up, and can again. The wait was ours. */
    private void bodyMayGoOn() {
        clock.touch();
        interestChanged();
    }

    private Reply reset() {
        endTransaction();
        return Replies.RSET;
    }

    private void endTransaction() {
        transaction.end();
        if (body != null) {
            body.abandon();
            body = null;
        }
    }

    // ---- messages
    // ------------------------------------------------------------------------------------------------------------

    private void endOfBody(Body complete) throws IOException {
        if (!foundAtOnce()) {
            complete.endLastLine();
        }
        setTerminator(LINE);
        if (complete.isTooLarge()) {
            LOG.info("session={} message refused: over {} octets", id, limits.messageOctets());
            endTransaction();
            answer(Verb.DATA, Replies.TOO_LARGE);
        } else {
            commit(complete);
        }
        if (draining) {
            dismiss();
        }
    }

    private void commit(Body complete) {
        MessageSink.Incoming message = complete.handOver();
        var reply = new CommitReply(this, message.id(), complete.octets(), transaction.recipients());
        body = null;
        message.commit(transaction.finish(complete.finish()), reply::complete); // if it throws, no reply waits for it
        commits.add(reply);
        pushWithProducer(reply);
    }

    /** The sink has answered for a message; its reply may leave. */
    void committed(CommitReply reply, MessageSink.Outcome outcome) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "session={} id={} rcpts={} octets={} outcome={}",
                    id,
                    reply.id(),
                    reply.recipients(),
                    reply.octets(),
                    outcome);
        }
        commits.remove(reply);
        clock.touch();
        interestChanged();
    }

    // ---- output
    // --------------------------------------------------------------------------------------------------------------

    private void answer(@Nullable Verb verb, Reply reply) throws IOException {
        if (isMistake(verb, reply) && ++errors > limits.errors()) {
            sayLast(Replies.TOO_MANY_ERRORS);
            return;
        }
        say(reply);
        if (reply.code() == 221 || reply.code() == 421) {
            leave();
        } else if (verb == null || verb.group() == Verb.Group.LAST) {
            flush(); // RFC 2920 §3.2 (4): these answers may not be held back
        }
    }

    /** A parameter that RCPT does not know is no reason to think ill of a client: others may be there to be tried. */
    private static boolean isMistake(@Nullable Verb verb, Reply reply) {
        int code = reply.code();
        return (code >= 500 && code <= 504) || (code == 555 && verb != Verb.RCPT);
    }

    private void say(Reply reply) {
        LOG.debug("session={} S: {} {}", id, reply.code(), reply.lines());
        push(reply.octets());
    }

    private void sayLast(Reply reply) {
        say(reply);
        leave();
    }

    /** Nothing more is heard; a message that is not complete by now is none. */
    private void leave() {
        endTransaction();
        closeWhenDone();
    }

    // ---- ends
    // ----------------------------------------------------------------------------------------------------------------

    /** The client has finished sending: what it said was answered already, and the answers that still wait will leave. */
    @Override
    protected void handleEnd() {
        leave();
    }

    /** Who ends the server does not wait long for clients that have been told so. */
    @Override
    protected Duration closePatience() {
        return draining ? SHUTDOWN_PATIENCE : super.closePatience();
    }

    /** The server shuts down: a body that has begun may be finished, all else ends with 421 (RFC 5321 §3.8). */
    void drain() {
        draining = true;
        if (body == null) {
            dismiss();
        }
    }

    /** The server shuts down now: a body that has begun is given up. */
    void dismiss() {
        if (isConnected() && !isClosing()) {
            sayLast(Replies.SHUTTING_DOWN);
        }
    }

    private long timeLeftNanos() {
        boolean owed = commits.areWaiting();
        long since = owed ? commits.waitingSinceNanos() : clock.touchedNanos();
        Duration patience = owed ? limits.commit() : body != null ? limits.data() : limits.idle();
        return since + patience.toNanos() - loop().turnNanos();
    }

    private void timeIsUp() {
        boolean sinkIsLate = commits.areWaiting();
        if (sinkIsLate) {
            LOG.warn("session={} the sink did not answer within {}", id, limits.commit());
            discardBuffers();
            commits.forget();
        }
        if (isClosing()) {
            LOG.debug("session={} is left before its last replies were taken", id);
            close();
        } else {
            sayLast(sinkIsLate ? Replies.COMMIT_TOO_LONG : Replies.IDLE_TOO_LONG);
            clock.start();
        }
    }

    @Override
    protected void handleError(Exception failure) {
        if (failure instanceof IOException || isClosing() || !isConnected()) {
            LOG.warn("session={} ended: {}", id, failure.toString());
            close();
        } else {
            LOG.error("session={} failed", id, failure);
            sayLast(Replies.OUR_FAULT);
        }
    }

    @Override
    protected void closed() {
        LOG.debug("session={} closed", id);
        clock.stop();
        line.clear();
        endTransaction();
        whenClosed.run();
    }

    @Override
    public String toString() {
        return "session=" + id;
    }
}
