// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Producer;
import dev.boxcar.async.Terminator;
import dev.boxcar.async.Tls;
import dev.boxcar.async.TlsFailure;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.server.Questions.Gate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's dialogue (RFC 5321, pipelined by RFC 2920): every command gets one reply, in order, however the octets arrive.
 *
 * <p>What comes is heard by an {@link Input}, what is said goes through {@link Answers}; here they meet the channel, its gate, its
 * clock and its end. A message is answered when the sink has it; meanwhile the session reads on. A peer's mistake is a
 * {@link Reply}; a failure of the connection ends the session; a mistake of ours is 421 and a logged stack. Confined to its loop's
 * thread.
 */
final class SmtpSession extends AsyncChat {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);

    private static final Terminator LINE = Terminator.of((byte) '\r', (byte) '\n');
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofMillis(500);
    private static final int MESSAGE_READ_OCTETS = 256 * 1024;

    private final Service service;
    private final Limits limits;
    private final Client client;
    private final Runnable whenClosed;
    private final @Nullable SessionListener listener;
    private final Transaction transaction;
    private final Commits commits;
    private final Guest guest;
    private final Pace pace;
    private final Answers answers;
    private final Entrance entrance;
    private final Questions questions;
    private final Commands commands;
    private final CommandInput lines;
    private final MessageInput messages;
    private final AuthInput authentication;
    private final ChunkInput chunks;
    private final IdleClock clock;

    private Input input;
    private int terminatorOctets;
    /** How far the input was heard, in octets from the connection on, and where the item that is coming in began. */
    private long heardTo;

    private long itemFrom;
    /** How far the input was read, as the listener was told. */
    private long readTo;

    private boolean draining;
    private ListenerOptions.Tls tlsUse = ListenerOptions.Tls.DEFAULT;
    /** Nothing may be said in clear: TLS comes before the banner. */
    private boolean mute;

    SmtpSession(EventLoop loop, Service service, Client client, Runnable whenClosed) {
        super(loop);
        this.service = service;
        this.limits = service.limits();
        this.client = client;
        this.whenClosed = whenClosed;
        SessionListener.Source source = service.listeners();
        this.listener = source == null ? null : source.opened(client, loop.turnNanos());
        this.transaction = new Transaction(service);
        this.commits = new Commits(loop);
        this.guest = new Guest(service.origins(), service.access());
        this.pace = new Pace(service.access(), limits, loop.turnNanos());
        this.answers = new Answers(this, client, service, listener);
        this.entrance = new Entrance(this, client, guest, answers);
        this.questions = new Questions(loop, answers);
        this.commands = new Commands(this, service, client, answers, questions);
        this.lines = new CommandInput(this, service, client, answers, questions, commands);
        this.authentication = new AuthInput(this, service, client, answers, questions);
        this.messages = new MessageInput(this, service, client, answers, questions, commits, transaction);
        this.chunks = new ChunkInput(this, service, client, answers, questions, messages);
        this.clock = new IdleClock(loop, shortestWait(), this::timeLeftNanos, this::timeIsUp);
        this.input = lines;
    }

    private Duration shortestWait() {
        Duration shortest = Pace.shortest(service.access(), limits.shortestWait());
        boolean mayAsk = service.policy() != null || service.authentication() != null || service.tls() != null;
        boolean questionsMayWait = mayAsk && Questions.PATIENCE.compareTo(shortest) < 0;
        return questionsMayWait ? Questions.PATIENCE : shortest;
    }

    /** Lets somebody in who has connected to this listener, from there; the socket is there. */
    void begin(ListenerOptions door, @Nullable InetSocketAddress peer) throws IOException {
        tlsUse = door.tls();
        entrance.begin(door, peer);
    }

    Entrance entrance() {
        return entrance;
    }

    Guest guest() {
        return guest;
    }

    /** Who was let in is greeted, as the listener has it. */
    void open(ListenerOptions door) throws IOException {
        LOG.debug("{} client={} listener={} tls={}", this, client.address(), client.listener(), door.tls());
        client.mayStartTls(tlsOffer() != null);
        TlsOffer offer = service.tls();
        if (tlsUse != ListenerOptions.Tls.IMPLICIT) {
            greet();
        } else if (offer == null) {
            throw new IllegalStateException("this server has no TLS");
        } else {
            greetInTls(offer);
        }
    }

    /** What there is of TLS for this client, or null. */
    @Nullable
    TlsOffer tlsOffer() {
        return tlsUse == ListenerOptions.Tls.OFF ? null : service.tls();
    }

    /** Whether mail is taken inside TLS alone. */
    boolean needsTls() {
        TlsOffer offer = tlsOffer();
        return offer != null
                && (tlsUse == ListenerOptions.Tls.REQUIRED
                        || (tlsUse == ListenerOptions.Tls.DEFAULT && offer.isRequired()));
    }

    /** Opens the dialogue with the banner, unless the policy is against it; where so told, not before the client had time to talk early. */
    void greet() throws IOException {
        LOG.debug("{} client={} connected", this, client.address());
        clock.start();
        if (!service.waitsBeforeBanner(client)) {
            sayBanner();
            return;
        }
        hear(new EarlyInput(answers), Terminator.none(), 0);
        later(service.access().greetDelay(), () -> {
            if (!isLeaving()) {
                sayBannerLate();
            }
        });
    }

    private void sayBannerLate() {
        try {
            pace.ended();
            clock.touch();
            sayBanner();
        } catch (IOException | RuntimeException e) {
            handleError(e);
        }
        interestChanged();
    }

    /** Another client speaks from now on; nothing that was said before counts. */
    void greetAgain() throws IOException {
        transaction.end();
        commands.admit();
        sayBanner();
    }

    private void sayBanner() throws IOException {
        hearCommands();
        Policy policy = service.policy();
        if (policy == null) {
            answers.give(null, service.banner());
            return;
        }
        Reply reply = questions.ask(
                null,
                Gate.SHUT,
                new Question.Then() {
                    @Override
                    public Reply accepted(@Nullable Reply words) {
                        return service.banner();
                    }

                    @Override
                    public void refused() {
                        commands.refuseAll();
                    }
                },
                decision -> policy.connect(client, decision));
        if (reply != null) {
            answers.give(null, reply);
        }
    }

    // ---- TLS
    // -----------------------------------------------------------------------------------------------------------------

    /** Opens the dialogue within TLS (RFC 8314 §3.3); while there is none, nothing is heard, and for no longer than a question waits. */
    void greetInTls(TlsOffer offer) {
        tlsUse = ListenerOptions.Tls.IMPLICIT;
        mute = true;
        later(Questions.PATIENCE, () -> {
            if (mute && !isSecure()) {
                LOG.warn("{} client={} there was no TLS in {}", this, client.address(), Questions.PATIENCE);
                close();
            }
        });
        offer.whenSettled(isThere -> {
            if (loop().inLoop()) {
                beginTls(offer);
            } else {
                handOver(() -> beginTls(offer));
            }
        });
    }

    private void handOver(Runnable what) {
        try {
            loop().execute(what);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} has ended with its server", this);
        }
    }

    private void beginTls(TlsOffer offer) {
        Tls tls = offer.current();
        if (isLeaving()) {
            return;
        } else if (tls == null) {
            close();
        } else {
            continueInTls(tls);
        }
    }

    /** Goes over to TLS when all that was said so far has left (RFC 3207 §4). */
    void secure(Tls tls) {
        startTls(tls);
    }

    /** Nothing that was said in clear counts any more (RFC 3207 §4.2). */
    @Override
    protected void handleSecured(SSLSession tls) throws IOException {
        LOG.info(
                "{} client={} protocol={} cipher={} discarded={}",
                this,
                client.address(),
                tls.getProtocol(),
                tls.getCipherSuite(),
                octetsDiscarded());
        heardTo = readTo;
        itemFrom = readTo;
        transaction.end();
        lines.clear();
        client.secured(tls, bindingOf(tls));
        if (mute) {
            mute = false;
            greet();
        } else {
            clock.touch();
            hearCommands();
        }
        if (draining) {
            dismiss();
        }
    }

    private static @Nullable ChannelBinding bindingOf(SSLSession tls) {
        Certificate[] ours = tls.getLocalCertificates();
        return ours != null && ours.length > 0 && ours[0] instanceof X509Certificate certificate
                ? ChannelBinding.of(certificate)
                : null;
    }

    /** What came in clear behind STARTTLS, and was not read. */
    long octetsThrownAway() {
        return octetsDiscarded();
    }

    @Override
    protected void handleTlsFailure(TlsFailure failure) {
        LOG.info(
                "{} client={} discarded={} TLS failed: {}",
                this,
                client.address(),
                octetsDiscarded(),
                failure.getMessage());
        transaction.end();
    }

    // ---- input
    // ---------------------------------------------------------------------------------------------------------------

    /** From now on {@code whom} hears the input, cut at {@code terminator}, which has so many octets. */
    void hear(Input whom, Terminator terminator, int octets) {
        input = whom;
        terminatorOctets = octets;
        setTerminator(terminator);
    }

    /** From now on the input is commands. */
    void hearCommands() {
        hear(lines, LINE, 2);
    }

    /** From now on the input is responses in an authentication exchange. */
    void hearResponses() {
        hear(authentication, LINE, 2);
    }

    @Override
    protected void octetsRead(byte[] octets, int from, int to) {
        readTo += to - from;
        if (listener != null) {
            listener.read(octets, from, to, loop().turnNanos());
        }
    }

    @Override
    protected void collectIncomingData(byte[] octets, int from, int to) throws IOException {
        heardTo += to - from;
        pace.came(to - from, input.isMessage(), loop().turnNanos());
        input.collect(octets, from, to);
    }

    @Override
    protected void foundTerminator() throws IOException {
        clock.touch();
        pace.ended();
        heardTo += metAtOnce() ? terminatorOctets - 2 : terminatorOctets;
        Input whose = input;
        if (listener != null && whose.isMessage()) {
            listener.message(itemFrom, heardTo, loop().turnNanos());
        }
        whose.found();
        if (!lines.isHolding()) {
            itemFrom = heardTo;
        }
    }

    /** Whether nothing at all came before the end of the message, whose first CRLF was that of the DATA line. */
    boolean metAtOnce() {
        return input.isMessage() && foundAtOnce();
    }

    @Override
    protected void inputReleased() {
        input.released();
        lines.released();
    }

    @Override
    protected boolean mayDispatch() {
        return !mute
                && commits.haveRoom()
                && questions.letOn()
                && !lines.isHolding()
                && !answers.areHeldBack()
                && input.mayTake();
    }

    @Override
    protected int readOctets() {
        return input.isMessage() ? MESSAGE_READ_OCTETS : super.readOctets();
    }

    /** A command was read; its reply is not known yet. */
    void heard(Command command) {
        if (listener != null) {
            listener.command(command, itemFrom, heardTo, loop().turnNanos());
        }
    }

    /** A line came that is no command. */
    void heardLine() {
        if (listener != null) {
            listener.line(itemFrom, heardTo, loop().turnNanos());
        }
    }

    /** A secret was heard, in the last so many octets of the line, its CRLF included. */
    void heardSecret(long octets) {
        if (listener != null) {
            listener.secret(heardTo - octets, heardTo, loop().turnNanos());
        }
    }

    /** The whole line was a response in an authentication exchange, or may be one. */
    void heardResponse() {
        heardLine();
        heardSecret(heardTo - itemFrom);
    }

    /** An exchange of AUTH has failed. */
    void exchangeFailed() {
        lines.exchangeFailed();
    }

    /** The port that the session waited for has answered. */
    void goOnHearing() {
        clock.touch();
        boolean holding = lines.isHolding();
        try {
            lines.goOn();
            if (holding && !lines.isHolding()) {
                itemFrom = heardTo; // nothing came in while it was held
            }
        } catch (IOException | RuntimeException e) {
            handleError(e);
        }
        interestChanged();
    }

    /** The sink could not take more of a message, and can again: the wait was ours. */
    void goOnTaking() {
        if (isConnected()) {
            clock.touch();
            interestChanged();
        }
    }

    // ---- messages
    // ------------------------------------------------------------------------------------------------------------

    Transaction transaction() {
        return transaction;
    }

    @Nullable
    Reply authenticate(Command command) {
        return authentication.begin(command);
    }

    Reply startMessage() {
        return messages.start();
    }

    ChunkInput chunks() {
        return chunks;
    }

    /** The end of a message, or of a chunk, was heard: a server that shuts down waited for no more than the message. */
    void messageEnded() {
        if (draining && !transaction.hasBody()) {
            dismiss();
        }
    }

    /** Whether the client has asked for UTF-8 in replies: at MAIL, or with the VRFY that is answered (RFC 6531 §3.7.4). */
    boolean mayUseUtf8() {
        return transaction.mayUseUtf8() || commands.mayUseUtf8();
    }

    /** Something came or was done that counts as life. */
    void touch() {
        clock.touch();
    }

    // ---- output
    // --------------------------------------------------------------------------------------------------------------

    void send(byte[] octets) {
        push(octets);
    }

    void send(Producer producer) {
        pushWithProducer(producer);
    }

    /** An answer is known: within an event of this session it leaves at the end of that, else at the end of the turn. */
    void answerKnown() {
        if (!isInEvent()) {
            interestChanged();
        }
    }

    void flushAnswers() throws IOException {
        flush();
    }

    @Override
    protected void octetsWritten(long octets) {
        if (listener != null) {
            listener.wrote(octets, loop().turnNanos());
        }
    }

    /** Runs {@code what} after a while, unless the session is gone by then. */
    void later(Duration delay, Runnable what) {
        loop().schedule(delay, () -> {
            if (!isClosed()) {
                what.run();
            }
        });
    }

    // ---- ends
    // ----------------------------------------------------------------------------------------------------------------

    /** Nothing more is heard; a message that is not complete by now is none, nor is a chunk, which nobody waits to have answered. */
    void leave() {
        LateReply open = chunks.takeOpenPlace();
        if (open != null) {
            open.omit();
        }
        transaction.end();
        closeWhenDone();
    }

    boolean isLeaving() {
        return isClosing() || !isConnected();
    }

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
        if (!input.isMessage() && !transaction.hasBody()) {
            dismiss();
        }
    }

    /** The server shuts down now: a body that has begun is given up. */
    void dismiss() {
        if (tlsUse == ListenerOptions.Tls.IMPLICIT && !client.insideTls()) {
            close(); // nothing may be said in clear
        } else if (!isLeaving()) {
            answers.giveLast(Replies.SHUTTING_DOWN);
        }
    }

    private long timeLeftNanos() {
        long now = loop().turnNanos();
        long left = Long.MAX_VALUE;
        if (questions.areWaiting()) {
            left = questions.waitingSinceNanos() + Questions.PATIENCE.toNanos() - now;
        }
        if (commits.areWaiting()) {
            left = Math.min(left, commits.waitingSinceNanos() + limits.commit().toNanos() - now);
        }
        Duration patience = input.isMessage() ? limits.data() : limits.idle();
        boolean weOwe = left < Long.MAX_VALUE;
        left = weOwe ? left : clock.touchedNanos() + patience.toNanos() - now;
        return isLeaving() ? left : Math.min(left, pace.leftNanos(now, weOwe || !input.mayTake()));
    }

    private void timeIsUp() {
        boolean sinkIsLate = commits.areWaiting()
                && loop().turnNanos() - commits.waitingSinceNanos()
                        >= limits.commit().toNanos();
        boolean over = !isLeaving() && pace.isOver(loop().turnNanos());
        if (questions.areWaiting() && !sinkIsLate && !over) {
            questions.giveUp();
            clock.start();
            return;
        }
        if (sinkIsLate) {
            LOG.warn("{} the sink did not answer within {}", this, limits.commit());
            discardBuffers();
            chunks.takeOpenPlace(); // it went with the rest
            commits.forget();
        }
        if (isClosing()) {
            LOG.debug("{} is left before its last replies were taken", this);
            close();
        } else {
            Reply late = pace.verdict(loop().turnNanos());
            answers.giveLast(sinkIsLate ? Replies.COMMIT_TOO_LONG : late == null ? Replies.IDLE_TOO_LONG : late);
            clock.start();
        }
    }

    @Override
    protected void handleError(Exception failure) {
        if (failure instanceof IOException || isLeaving()) {
            LOG.warn("{} ended: {}", this, failure.toString());
            close();
        } else {
            LOG.error("{} failed", this, failure);
            if (mute) {
                close();
                return;
            }
            answers.giveLast(Replies.OUR_FAULT);
        }
    }

    @Override
    protected void closed() {
        LOG.debug("{} closed", this);
        clock.stop();
        guest.leave();
        lines.clear();
        authentication.end();
        questions.dropAll();
        transaction.end();
        if (listener != null) {
            listener.closed(loop().turnNanos());
        }
        whenClosed.run();
    }

    @Override
    public String toString() {
        return "session=" + client.session();
    }
}
