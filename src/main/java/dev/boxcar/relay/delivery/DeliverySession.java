// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import dev.boxcar.relay.delivery.DeliveryObserver.ObservedSession;
import dev.boxcar.relay.delivery.OutboundContent.ReadyContent;
import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.queue.MailBytes;
import dev.boxcar.relay.queue.TlsDemandField;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.relay.sign.SigningException;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.client.TransactionResult.RecipientResult;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a next hop, and the messages sent over it. It has a {@link HostConnector} find a host that is ready
 * for messages, sends what it is given, keeps the connection for a short time without work, and ends.
 *
 * <p>Every request has exactly one result. Confined to the delivery loop; {@link #deliver} and {@link #quit} may be
 * called on any thread.
 */
public final class DeliverySession {
    private static final String NOT_EIGHT_BIT = "5.6.3";
    private static final EnhancedStatus NOT_CONVERTIBLE = new EnhancedStatus(5, 6, 3);
    private static final EnhancedStatus UNREADABLE = new EnhancedStatus(4, 3, 0);
    /** RFC 3463 §3.8: a cryptographic failure. */
    private static final EnhancedStatus NOT_SIGNED = new EnhancedStatus(4, 7, 5);

    private static final EnhancedStatus NEVER_SIGNED = new EnhancedStatus(5, 7, 5);
    private static final EnhancedStatus DAMAGED = new EnhancedStatus(5, 3, 0);

    /** Receives results. Called on the delivery loop. */
    public interface Owner {
        /** A request has its result. */
        void finished(DeliverySession session, DeliveryRequest request, DeliveryResult result);

        /**
         * The session has ended, after all results.
         *
         * @param failure why no host was ready; null if one was
         */
        void ended(DeliverySession session, @Nullable HostFailure failure);
    }

    private final EventLoop loop;
    private final DeliveryOptions options;
    private final Owner owner;
    private final DeliveryObserver observer;
    private final HostConnector connector;
    private final TransactionReader reader;
    /** The requests without a result, in order. */
    private final Deque<Sending> pending = new ArrayDeque<>();

    private @Nullable Timer idleTimer;
    private @Nullable SmtpClient client;
    private @Nullable ObservedSession observed;
    private int answered;
    private boolean connecting;
    private boolean ended;
    private long startedNanos;

    /** A request, and when it was given to the client. */
    private static final class Sending {
        final DeliveryRequest request;
        private @Nullable MailTransaction transaction;
        /** What the transaction refers to; null for none, and after it was given back. */
        private @Nullable MailBytes memory;

        private int timesSent;
        private DkimResult dkim = DkimResult.NONE;
        private boolean converted;
        long startedNanos;

        Sending(DeliveryRequest request) {
            this.request = request;
        }
    }

    /** A session that connects as soon as it has a request. */
    public DeliverySession(
            EventLoop loop,
            NextHop nextHop,
            DeliveryOptions options,
            NameService names,
            ClientTlsContexts tls,
            DeliveryObserver observer,
            Owner owner) {
        this.loop = loop;
        this.options = options;
        this.owner = owner;
        this.observer = observer;
        this.connector = new HostConnector(loop, nextHop, options, names, tls, observer, new ConnectionEvents());
        this.reader = new TransactionReader(loop, options, nextHop.settings().rewriting());
    }

    /** Delivers a message after those before it. */
    public void deliver(DeliveryRequest request) {
        loop.execute(() -> accept(new Sending(request)));
    }

    /** Ends the session once every request has its result. */
    public void quit() {
        loop.execute(this::endWhenDone);
    }

    // ---- requests

    private void accept(Sending sending) {
        if (ended) {
            finish(sending, OutcomeMapping.notTried(sending.request.recipients()));
            return;
        }
        cancelIdleTimer();
        pending.add(sending);
        reader.read(sending.request, new ReadEvents(sending));
    }

    /** What comes of reading a message. */
    private final class ReadEvents implements TransactionReader.Listener {
        private final Sending sending;

        ReadEvents(Sending sending) {
            this.sending = sending;
        }

        @Override
        public void ready(MailTransaction transaction, ReadyContent content) {
            sending.transaction = transaction;
            sending.memory = content.memory();
            sending.dkim = content.dkim();
            if (pending.contains(sending)) { // otherwise the session has ended in the meantime
                sendOrConnect(sending);
            }
        }

        @Override
        public void unreadable(String reason) {
            notSent(Kind.DEFERRED, UNREADABLE, reason);
        }

        @Override
        public void notSigned(SigningException cause) {
            sending.dkim = DkimResult.FAILED;
            Kind kind = cause.isPermanent() ? Kind.REFUSED : Kind.DEFERRED;
            EnhancedStatus status = cause.isPermanent() ? NEVER_SIGNED : NOT_SIGNED;
            notSent(kind, status, "the message cannot be signed: " + cause.getMessage());
        }

        @Override
        public void damaged(String reason) {
            notSent(Kind.REFUSED, DAMAGED, reason);
        }

        private void notSent(Kind kind, EnhancedStatus status, String reason) {
            if (pending.remove(sending)) {
                owner.finished(
                        DeliverySession.this,
                        sending.request,
                        DeliveryResult.withoutConnection(
                                        "", OutcomeMapping.all(sending.request.recipients(), kind, status, reason))
                                .withDkim(sending.dkim));
                idleIfNoWork();
            }
        }

        @Override
        public void notConvertible(String reason) {
            if (pending.remove(sending)) {
                answered++;
                String text = "the message needs 8BITMIME, which the server does not offer, and cannot be converted: "
                        + reason;
                finishAnswered(
                        sending, OutcomeMapping.all(sending.request.recipients(), Kind.REFUSED, NOT_CONVERTIBLE, text));
            }
        }
    }

    private void sendOrConnect(Sending sending) {
        if (client != null) {
            send(client, sending);
        } else if (!connecting) {
            connecting = true;
            startedNanos = loop.turnNanos();
            connector.connectNext();
        }
    }

    private void send(SmtpClient to, Sending sending) {
        MailTransaction transaction = sending.transaction;
        if (transaction != null) {
            sending.startedNanos = loop.turnNanos();
            ObservedSession session = observed;
            if (session != null) {
                session.sending(sending.request, sending.dkim);
            }
            sending.timesSent++;
            Timer bound = loop.schedule(options.attempt(), to::close);
            to.send(transaction, result -> {
                bound.cancel();
                if (session != null && isDecidedByClient(result)) {
                    session.notSent(sending.request);
                }
                received(sending, result);
                giveBackIfSent(to, sending, result);
            });
        }
    }

    /**
     * Gives the memory of a message back if no output can refer to it any longer: the server has accepted the message,
     * so its last byte was produced, and nothing that was produced is still unwritten. If it was sent twice, the first
     * connection may still have a part of it.
     */
    private static void giveBackIfSent(SmtpClient to, Sending sending, TransactionResult result) {
        MailBytes memory = sending.memory;
        boolean isAccepted =
                result.recipients().stream().anyMatch(one -> one.outcome() == TransactionResult.Outcome.ACCEPTED);
        if (memory != null && isAccepted && sending.timesSent == 1 && !to.hasUnwrittenOutput()) {
            sending.memory = null;
            sending.transaction = null;
            sending.request.mail().giveBack(memory);
        }
    }

    private void received(Sending sending, TransactionResult result) {
        if (!isConclusive(result)) {
            return; // the session has failed; sessionOver decides about this request
        }
        if (needsConversion(result) && !sending.converted) {
            sending.converted = true;
            sending.transaction = null; // the next client must not send it as it is
            reader.readSevenBit(sending.request, new ReadEvents(sending));
            return;
        }
        pending.remove(sending);
        answered++;
        finishAnswered(sending, OutcomeMapping.of(sending.request.recipients(), result));
    }

    /** Whether our client refused to send bytes above 127 to a server without 8BITMIME. */
    private static boolean needsConversion(TransactionResult result) {
        RecipientResult first = result.recipients().get(0);
        return first.reply() == null && first.reason().startsWith(NOT_EIGHT_BIT);
    }

    /** Whether the result says something about this message, and not only about the session. */
    private boolean isConclusive(TransactionResult result) {
        RecipientResult first = result.recipients().get(0);
        boolean deadOnReuse = answered > 0
                && first.step() == SessionStep.MAIL
                && first.reply() != null
                && first.reply().code() == 421;
        return isDecidedByClient(result) || (result.isAnswered() && !deadOnReuse);
    }

    /** Whether our client did not send the message, because the server does not offer what it needs. */
    private static boolean isDecidedByClient(TransactionResult result) {
        RecipientResult first = result.recipients().get(0);
        boolean isRefused = first.reply() == null && first.outcome() == TransactionResult.Outcome.REFUSED;
        return isRefused || OutcomeMapping.isPutOff(first);
    }

    // ---- results

    /** Reports a result that no server had a part in. */
    private void finish(Sending sending, List<RecipientOutcome> outcomes) {
        owner.finished(this, sending.request, DeliveryResult.withoutConnection(connector.hostName(), outcomes));
    }

    private void finishAnswered(Sending sending, List<RecipientOutcome> outcomes) {
        SmtpClient used = client;
        boolean passesReportsOn = used != null && used.capabilities().has("DSN");
        boolean isFirst = answered == 1;
        // the first request was given to the client before that had connected
        long began = used == null ? sending.startedNanos : Math.max(sending.startedNanos, used.readyNanos());
        Duration connected = isFirst ? Duration.ofNanos(began - startedNanos) : Duration.ZERO;
        Duration sent = Duration.ofNanos(loop.turnNanos() - began);
        boolean isAnswered = true;
        TlsResult tls = tlsOf(used);
        observer.answered(answered - 1);
        if (observed != null) {
            observed.secured(tls);
        }
        if (isFirst && used != null) {
            connector.ready(used, reportedDomain(sending.request));
        }
        owner.finished(
                this,
                sending.request,
                new DeliveryResult(
                        connector.hostName(),
                        outcomes,
                        isAnswered,
                        passesReportsOn,
                        connected,
                        sent,
                        tls,
                        sending.dkim));
        idleIfNoWork();
    }

    /** The domain about whose TLS a session for this message says something (RFC 8460 §3); empty for none. */
    private static String reportedDomain(DeliveryRequest request) {
        return TlsDemandField.of(request.envelope()) == TlsDemand.WAIVED ? "" : request.domain();
    }

    private TlsResult tlsOf(@Nullable SmtpClient used) {
        return used != null && used.isInTls() ? connector.provenByTls() : TlsResult.NONE;
    }

    private void finishAllNotTried() {
        for (Sending sending : new ArrayList<>(pending)) {
            pending.remove(sending);
            finish(sending, OutcomeMapping.notTried(sending.request.recipients()));
        }
    }

    // ---- the connection

    private final class ConnectionEvents implements HostConnector.Listener {
        @Override
        public void connecting(SmtpClient opened, @Nullable ObservedSession session) {
            client = opened;
            observed = session;
            pending.forEach(sending -> send(opened, sending));
        }

        /** Every request that has no result yet was not decided by this session. */
        @Override
        public void sessionOver(@Nullable SessionFailure cause) {
            client = null;
            if (pending.isEmpty()) {
                end(null);
            } else if (answered > 0 || cause == null) {
                finishAllNotTried();
                end(null);
            } else {
                connector.connectAfter(cause);
            }
        }

        /** The first request was tried; the others wait for another session. */
        @Override
        public void noHost(HostFailure last) {
            Sending first = pending.poll();
            if (first != null) {
                Kind kind = last.isPermanent() ? Kind.REFUSED : Kind.DEFERRED;
                Duration connecting = Duration.ofNanos(loop.turnNanos() - startedNanos);
                List<RecipientOutcome> outcomes =
                        OutcomeMapping.all(first.request.recipients(), kind, last.status(), last.reason());
                owner.finished(
                        DeliverySession.this,
                        first.request,
                        DeliveryResult.withoutConnection(connector.hostName(), outcomes)
                                .withConnecting(connecting)
                                .withDkim(first.dkim));
            }
            finishAllNotTried();
            end(last);
        }

        @Override
        public String reportedDomain() {
            Sending first = pending.peek();
            return first == null ? "" : DeliverySession.reportedDomain(first.request);
        }
    }

    // ---- end

    private void idleIfNoWork() {
        if (pending.isEmpty() && !ended) {
            cancelIdleTimer();
            idleTimer = loop.schedule(options.idle(), this::idleTooLong);
        }
    }

    private void cancelIdleTimer() {
        if (idleTimer != null) {
            idleTimer.cancel();
        }
    }

    private void idleTooLong() {
        if (pending.isEmpty()) {
            endWhenDone();
        }
    }

    private void endWhenDone() {
        SmtpClient open = client;
        if (open != null) {
            open.quit();
        }
        if (pending.isEmpty()) {
            end(null);
        }
    }

    private void end(@Nullable HostFailure why) {
        cancelIdleTimer();
        if (!ended) {
            ended = true;
            owner.ended(this, why);
        }
    }

    @Override
    public String toString() {
        return "DeliverySession " + connector.hostName();
    }
}
