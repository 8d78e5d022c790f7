// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.EventLoop;
import dev.boxcar.async.Timer;
import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.delivery.RecipientOutcome.Kind;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.PipeliningMode;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.client.TransactionResult;
import dev.boxcar.smtp.client.reply.SessionStep;
import dev.boxcar.smtp.path.ForwardPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a next hop, and the messages sent over it. It tries the hosts in their order until one is ready for
 * messages, sends what it is given, keeps the connection for a short time without work, and ends.
 *
 * <p>Every request has exactly one result. Confined to the delivery loop; {@link #deliver} and {@link #quit} may be
 * called on any thread.
 */
public final class DeliverySession {
    private static final Logger LOG = LoggerFactory.getLogger(DeliverySession.class);
    /** RFC 5321 §5.1 asks for at least two addresses; more than a few only delay the next attempt. */
    private static final int MAX_ADDRESSES = 5;
    /** How many hosts may greet and then fail, per session. */
    private static final int MAX_GREETED = 2;

    private static final String NOT_EIGHT_BIT = "5.6.3";
    private static final EnhancedStatus NOT_CONVERTIBLE = new EnhancedStatus(5, 6, 3);
    private static final EnhancedStatus UNREADABLE = new EnhancedStatus(4, 3, 0);
    private static final EnhancedStatus UNKNOWN_HOST = new EnhancedStatus(4, 4, 4);
    private static final EnhancedStatus LOOK_UP_FAILED = new EnhancedStatus(4, 4, 3);

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
    private final NextHop nextHop;
    private final DeliveryOptions options;
    private final NameService names;
    private final ClientTlsContexts tls;
    private final Owner owner;

    private final Queue<MailHost> hosts;
    private final Queue<SocketAddress> addresses = new ArrayDeque<>();
    /** The requests without a result, in order. */
    private final Deque<Sending> pending = new ArrayDeque<>();

    private @Nullable Timer idleTimer;
    private @Nullable MailHost host;
    private @Nullable SmtpClient client;
    private @Nullable HostFailure failure;
    private int triedAddresses;
    private int greeted;
    private int answered;
    private boolean inClear;
    private boolean ended;
    private long startedNanos;

    /** A request, and when it was given to the client. */
    private static final class Sending {
        final DeliveryRequest request;
        private @Nullable MailTransaction transaction;
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
            Owner owner) {
        this.loop = loop;
        this.nextHop = nextHop;
        this.options = options;
        this.names = names;
        this.tls = tls;
        this.owner = owner;
        this.hosts = HostList.order(nextHop.hosts(), ThreadLocalRandom.current());
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
            owner.finished(this, sending.request, result(OutcomeMapping.notTried(sending.request.recipients()), null));
            return;
        }
        cancelIdleTimer();
        pending.add(sending);
        read(sending);
    }

    /** Reads the message on a worker thread, then sends it. */
    private void read(Sending sending) {
        DeliveryRequest request = sending.request;
        try {
            loop.workers().execute(() -> {
                MessageContent content;
                try {
                    content =
                            OutboundContent.read(request.id(), request.envelope(), request.mail(), options.hostname());
                } catch (IOException | RuntimeException e) {
                    LOG.warn("id={} cannot be read: {}", request.id(), e.toString());
                    executeUnlessClosed(() -> unreadable(sending, "the message cannot be read: " + e.getMessage()));
                    return;
                }
                executeUnlessClosed(() -> readDone(sending, content));
            });
        } catch (RejectedExecutionException e) {
            unreadable(sending, "too many messages are being read");
        }
    }

    /** On the delivery loop; nothing if the relay has stopped in the meantime. */
    private void executeUnlessClosed(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopped while a message was read");
        }
    }

    private void unreadable(Sending sending, String reason) {
        if (pending.remove(sending)) {
            List<RecipientOutcome> outcomes =
                    OutcomeMapping.all(sending.request.recipients(), Kind.DEFERRED, UNREADABLE, reason);
            owner.finished(this, sending.request, result(outcomes, null));
            idleIfNoWork();
        }
    }

    private void readDone(Sending sending, MessageContent content) {
        sending.transaction = transaction(sending.request, content);
        if (!pending.contains(sending)) {
            return; // the session has ended in the meantime
        }
        if (client != null) {
            send(client, sending);
        } else if (startedNanos == 0) {
            startedNanos = loop.turnNanos();
            connectNext();
        }
    }

    private static MailTransaction transaction(DeliveryRequest request, MessageContent content) {
        Envelope envelope = request.envelope();
        List<AcceptedRecipient> all = envelope.recipients();
        List<Recipient> recipients = request.recipients().stream()
                .map(all::get)
                .map(one -> new Recipient(
                        new ForwardPath(List.of(), one.path().mailbox()), DsnParameters.ofRecipient(one.parameters())))
                .toList();
        return new MailTransaction(
                envelope.reversePath(), DsnParameters.ofSender(envelope.mail()), recipients, content);
    }

    private void send(SmtpClient to, Sending sending) {
        MailTransaction transaction = sending.transaction;
        if (transaction != null) {
            sending.startedNanos = loop.turnNanos();
            Timer bound = loop.schedule(options.attempt(), to::close);
            to.send(transaction, result -> {
                bound.cancel();
                finished(sending, result);
            });
        }
    }

    private void finished(Sending sending, TransactionResult result) {
        if (!isConclusive(result)) {
            return; // the session has failed; sessionOver decides about this request
        }
        if (needsConversion(result) && !sending.converted) {
            convert(sending);
            return;
        }
        pending.remove(sending);
        answered++;
        owner.finished(this, sending.request, result(OutcomeMapping.of(sending.request.recipients(), result), sending));
        idleIfNoWork();
    }

    /** Whether our client refused to send bytes above 127 to a server without 8BITMIME. */
    private static boolean needsConversion(TransactionResult result) {
        TransactionResult.RecipientResult first = result.recipients().get(0);
        return first.reply() == null && first.reason().startsWith(NOT_EIGHT_BIT);
    }

    /** Converts the message on a worker thread, and sends it over the same connection. */
    private void convert(Sending sending) {
        sending.converted = true;
        DeliveryRequest request = sending.request;
        loop.workers().executeCleanup(() -> {
            try {
                MessageContent content = OutboundContent.readSevenBit(
                        request.id(), request.envelope(), request.mail(), options.hostname());
                executeUnlessClosed(() -> sendConverted(sending, content));
            } catch (SevenBitConversion.NotConvertibleException e) {
                executeUnlessClosed(() -> refuse(
                        sending,
                        NOT_CONVERTIBLE,
                        "the message needs 8BITMIME, which the server" + " does not offer, and cannot be converted: "
                                + e.getMessage()));
            } catch (IOException | RuntimeException e) {
                executeUnlessClosed(() -> unreadable(sending, "the message cannot be read: " + e.getMessage()));
            }
        });
    }

    private void sendConverted(Sending sending, MessageContent content) {
        sending.transaction = transaction(sending.request, content);
        SmtpClient open = client;
        if (open != null) {
            send(open, sending);
        } else if (pending.remove(sending)) {
            owner.finished(this, sending.request, result(OutcomeMapping.notTried(sending.request.recipients()), null));
        }
    }

    private void refuse(Sending sending, EnhancedStatus status, String reason) {
        if (pending.remove(sending)) {
            answered++;
            List<RecipientOutcome> outcomes =
                    OutcomeMapping.all(sending.request.recipients(), Kind.REFUSED, status, reason);
            owner.finished(this, sending.request, result(outcomes, sending));
            idleIfNoWork();
        }
    }

    /** Whether the result says something about this message, and not only about the session. */
    private boolean isConclusive(TransactionResult result) {
        TransactionResult.RecipientResult first = result.recipients().get(0);
        boolean ownRefusal = first.reply() == null && first.outcome() == TransactionResult.Outcome.REFUSED;
        if (ownRefusal) {
            return true;
        }
        boolean deadOnReuse = answered > 0
                && first.step() == SessionStep.MAIL
                && first.reply() != null
                && first.reply().code() == 421;
        return result.isAnswered() && !deadOnReuse;
    }

    private DeliveryResult result(List<RecipientOutcome> outcomes, @Nullable Sending sending) {
        SmtpClient used = client;
        boolean passesReportsOn = used != null && used.capabilities().has("DSN");
        long now = loop.turnNanos();
        boolean first = answered == 1;
        Duration connecting = sending == null || !first
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, sending.startedNanos - startedNanos));
        Duration sent = sending == null ? Duration.ZERO : Duration.ofNanos(now - sending.startedNanos);
        boolean isAnswered = sending != null;
        return new DeliveryResult(hostName(), outcomes, isAnswered, passesReportsOn, connecting, sent);
    }

    private String hostName() {
        return host == null ? nextHop.name() : host.toString();
    }

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

    // ---- connections

    private void connectNext() {
        if (pending.isEmpty()) {
            end(null);
            return;
        }
        SocketAddress address = addresses.poll();
        if (address != null && triedAddresses < MAX_ADDRESSES && greeted < MAX_GREETED) {
            triedAddresses++;
            connect(address);
            return;
        }
        MailHost next = hosts.poll();
        if (next == null || triedAddresses >= MAX_ADDRESSES || greeted >= MAX_GREETED) {
            giveUp();
            return;
        }
        host = next;
        resolve(next);
    }

    private void resolve(MailHost next) {
        addresses.clear();
        inClear = false;
        if (next.isSocket()) {
            addresses.add(UnixDomainSocketAddress.of(next.name()));
            connectNext();
            return;
        }
        InetAddress literal = IpLiteral.parse(next.name());
        if (literal != null) {
            addresses.add(new InetSocketAddress(literal, next.port()));
            connectNext();
            return;
        }
        names.addresses(next.name())
                .whenComplete((answer, unexpected) -> loop.execute(() -> {
                    if (answer == null) {
                        noAddress(next, LOOK_UP_FAILED, "cannot look up " + next.name());
                        return;
                    }
                    switch (answer.status()) {
                        case FOUND -> {
                            answer.values().forEach(one -> addresses.add(new InetSocketAddress(one, next.port())));
                            connectNext();
                        }
                        case FAILED ->
                            noAddress(next, LOOK_UP_FAILED, "cannot look up " + next.name() + ": " + answer.reason());
                        case NO_SUCH_NAME ->
                            noAddress(next, UNKNOWN_HOST, "the host " + next.name() + " does not exist");
                        case NO_RECORD -> noAddress(next, UNKNOWN_HOST, "the host " + next.name() + " has no address");
                    }
                }));
    }

    private void noAddress(MailHost of, EnhancedStatus status, String reason) {
        failure = new HostFailure(of.toString(), status, reason, false);
        connectNext();
    }

    private void connect(SocketAddress address) {
        MailHost to = host;
        if (to == null) {
            throw new IllegalStateException("no host");
        }
        TlsMode mode = tlsMode(to);
        CredentialSource source = nextHop.credentials();
        if (source == null && mode == TlsMode.NONE) {
            connect(address, clientOptions());
            return;
        }
        // a worker reads the credentials, and the first TLS context takes a fifth of a second
        loop.workers().executeCleanup(() -> {
            try {
                ClientOptions made = clientOptions();
                made = source == null ? made : made.withCredentials(source.current());
                TlsSettings settings =
                        mode == TlsMode.NONE ? null : tls.settings(to, nextHop.tls() == TlsLevel.VERIFIED);
                ClientOptions ready = settings == null ? made : made.withTls(mode, settings);
                executeUnlessClosed(() -> connect(address, ready));
            } catch (IOException | RuntimeException e) {
                executeUnlessClosed(() -> noCredentials(String.valueOf(e.getMessage())));
            }
        });
    }

    private void noCredentials(String reason) {
        failure = new HostFailure(hostName(), OutcomeMapping.AUTHENTICATION_FAILED, reason, true);
        connectNext();
    }

    private void connect(SocketAddress address, ClientOptions ready) {
        var opened = new SmtpClient(loop, ready, over -> sessionOver(address, over));
        client = opened;
        pending.forEach(sending -> send(opened, sending));
        opened.open(address);
    }

    private ClientOptions clientOptions() {
        return ClientOptions.named(options.hostname())
                .withProtocol(nextHop.protocol())
                .withMode(PipeliningMode.BDAT)
                .withTimeouts(options.timeouts());
    }

    private TlsMode tlsMode(MailHost to) {
        if (inClear || nextHop.tls() == TlsLevel.NONE) {
            return TlsMode.NONE;
        } else if (to.isImplicitTls()) {
            return TlsMode.IMPLICIT;
        }
        return nextHop.tls() == TlsLevel.OPPORTUNISTIC ? TlsMode.OPPORTUNISTIC : TlsMode.STARTTLS;
    }

    /** The client's session is over; every request that has no result yet was not decided by it. */
    private void sessionOver(SocketAddress address, @Nullable SessionFailure cause) {
        client = null;
        if (pending.isEmpty()) {
            end(null);
            return;
        }
        if (answered > 0 || cause == null) {
            finishAll(OutcomeMapping::notTried);
            end(null);
            return;
        }
        HostFailure why = OutcomeMapping.hostFailure(hostName(), cause);
        failure = why;
        if (cause.step() != SessionStep.CONNECT) {
            greeted++;
        }
        if (cause.step() == SessionStep.STARTTLS && nextHop.tls() == TlsLevel.OPPORTUNISTIC && !inClear) {
            inClear = true; // RFC 7435: a broken TLS must not stop mail that would also go without it
            greeted--;
            connect(address);
            return;
        }
        connectNext();
    }

    /** No host was ready. The first request was tried; the others wait for another session. */
    private void giveUp() {
        HostFailure why = failure;
        if (why == null) {
            why = new HostFailure(hostName(), UNKNOWN_HOST, "no host to connect to", false);
        }
        HostFailure last = why;
        Sending first = pending.poll();
        if (first != null) {
            List<RecipientOutcome> outcomes =
                    OutcomeMapping.all(first.request.recipients(), Kind.DEFERRED, last.status(), last.reason());
            owner.finished(this, first.request, result(outcomes, null));
        }
        finishAll(OutcomeMapping::notTried);
        end(last);
    }

    private interface Outcomes {
        List<RecipientOutcome> of(List<Integer> recipients);
    }

    private void finishAll(Outcomes outcomes) {
        for (Sending sending : new ArrayList<>(pending)) {
            pending.remove(sending);
            owner.finished(this, sending.request, result(outcomes.of(sending.request.recipients()), null));
        }
    }

    // ---- end

    private void idleTooLong() {
        if (pending.isEmpty()) {
            endWhenDone();
        }
    }

    private void endWhenDone() {
        SmtpClient open = client;
        if (open != null) {
            open.quit();
            if (pending.isEmpty()) {
                ended = true;
                owner.ended(this, null);
            }
        } else if (pending.isEmpty()) {
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
        return "DeliverySession " + hostName();
    }
}
