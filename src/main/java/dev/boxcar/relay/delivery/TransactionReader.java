// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.EventLoop;
import dev.boxcar.relay.delivery.OutboundContent.ReadyContent;
import dev.boxcar.relay.queue.MailBytes;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.relay.sign.SigningException;
import dev.boxcar.smtp.AcceptedRecipient;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.MessageContent;
import dev.boxcar.smtp.client.Recipient;
import dev.boxcar.smtp.parameter.Parameter;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.spool.SpoolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes transactions of requests. A message that was accepted just now is still in memory; others are read on worker
 * threads, as are those that must be signed. Confined to the delivery loop.
 */
final class TransactionReader {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionReader.class);

    /** Receives a transaction, or why there is none. Called on the delivery loop. */
    interface Listener {
        void ready(MailTransaction transaction, ReadyContent content);

        /** The message cannot be read now. */
        void unreadable(String reason);

        /** The message must be signed and cannot be. */
        void notSigned(SigningException cause);

        /** The message is damaged, and will never be read. */
        void damaged(String reason);

        /** The message must not be converted. */
        default void notConvertible(String reason) {
            throw new IllegalStateException(reason);
        }
    }

    private interface Reading {
        ReadyContent read(OutboundContent content)
                throws IOException, SigningException, SevenBitConversion.NotConvertibleException;
    }

    private final EventLoop loop;
    private final DeliveryOptions options;
    private final MailRewriting rewriting;

    /** A reader for a relay with these options, which changes the mail so. */
    TransactionReader(EventLoop loop, DeliveryOptions options, MailRewriting rewriting) {
        this.loop = loop;
        this.options = options;
        this.rewriting = rewriting;
    }

    /** Reads the message as it is sent to most servers. The listener may be called before this method returns. */
    void read(DeliveryRequest request, Listener listener) {
        MailBytes message = request.mail().takeFromMemory();
        if (message == null) {
            read(request, OutboundContent::read, listener);
            return;
        }
        MailTransaction transaction;
        ReadyContent content;
        try {
            content = new OutboundContent(request, options, rewriting).of(message);
            if (content == null) {
                read(request.withMail(new MailInMemory(request.mail(), message)), OutboundContent::read, listener);
                return;
            }
            transaction = transaction(request, content.content());
        } catch (RuntimeException e) { // whatever it is, the request gets a result
            unreadable(request, e, listener);
            return;
        }
        listener.ready(transaction, content);
    }

    private static void unreadable(DeliveryRequest request, Throwable cause, Listener listener) {
        LOG.warn("id={} cannot be read: {}", request.id(), cause.toString());
        listener.unreadable("the message cannot be read: " + cause.getMessage());
    }

    /** A message whose bytes were taken out of the queue's memory. */
    private record MailInMemory(QueuedMail stored, MailBytes content) implements QueuedMail {
        @Override
        public Envelope envelope() {
            return stored.envelope();
        }

        @Override
        public Instant received() {
            return stored.received();
        }

        @Override
        public long bytes() {
            return content.length();
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(content.array(), 0, content.length());
        }

        @Override
        public MailBytes takeFromMemory() {
            return content;
        }

        @Override
        public String quarantine() throws IOException {
            return stored.quarantine();
        }
    }

    /** Reads the message as it is sent to a server without 8BITMIME. */
    void readSevenBit(DeliveryRequest request, Listener listener) {
        read(request, OutboundContent::readSevenBit, listener);
    }

    private void read(DeliveryRequest request, Reading reading, Listener listener) {
        try {
            loop.workers().execute(() -> run(request, reading, listener));
        } catch (RejectedExecutionException e) {
            listener.unreadable("too many messages are being read");
        }
    }

    private void run(DeliveryRequest request, Reading reading, Listener listener) {
        Runnable result;
        try {
            ReadyContent content = reading.read(new OutboundContent(request, options, rewriting));
            MailTransaction transaction = transaction(request, content.content());
            result = () -> listener.ready(transaction, content);
        } catch (SigningException e) {
            LOG.error("id={} cannot be signed: {}", request.id(), e.getMessage());
            result = () -> listener.notSigned(e);
        } catch (SevenBitConversion.NotConvertibleException e) {
            result = () -> listener.notConvertible(String.valueOf(e.getMessage()));
        } catch (SpoolException e) {
            quarantine(request, e);
            result = () -> listener.damaged("the copy of the message on this server is damaged");
        } catch (IOException | RuntimeException | Error e) { // whatever it is, the request gets a result
            result = () -> unreadable(request, e, listener);
        }
        try {
            loop.execute(result);
        } catch (RejectedExecutionException e) {
            LOG.debug("id={} stopped while the message was read", request.id());
        }
    }

    private static void quarantine(DeliveryRequest request, SpoolException cause) {
        try {
            LOG.error(
                    "id={} is damaged and is returned to its sender; what is left of it: {} reason=\"{}\"",
                    request.id(),
                    request.mail().quarantine(),
                    cause.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.error("id={} is damaged and cannot even be copied", request.id(), e);
        }
    }

    private MailTransaction transaction(DeliveryRequest request, MessageContent content) {
        Envelope envelope = request.envelope();
        List<AcceptedRecipient> all = envelope.recipients();
        var recipients = new ArrayList<Recipient>(request.recipients().size());
        for (int index : request.recipients()) {
            AcceptedRecipient one = all.get(index);
            recipients.add(new Recipient(
                    new ForwardPath(List.of(), one.path().mailbox()), DsnParameters.ofRecipient(one.parameters())));
        }
        Duration age = Duration.between(request.mail().received(), Instant.now());
        var transaction = new MailTransaction(
                rewriting.sender(envelope.reversePath()),
                DsnParameters.ofSender(envelope.mail(), age),
                recipients,
                content);
        return envelope.mail().has(Parameter.REQUIRETLS) ? transaction.requiringTls() : transaction;
    }
}
