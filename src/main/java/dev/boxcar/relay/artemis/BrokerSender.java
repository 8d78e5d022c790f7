// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerConnection.Commits;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.smtp.CommitOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.SendAcknowledgementHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends mail to the broker, one after the other, without waiting for acknowledgements in between. When the connection
 * is lost, it sends again what was not acknowledged; the broker drops what it has already, by the queue id. A mail that
 * is not acknowledged in time gets a fault.
 *
 * <p>One thread sends, another looks at deadlines. Any thread may call.
 */
final class BrokerSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSender.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration DEADLINE_POLL = Duration.ofMillis(50);
    private static final long JOIN_MILLIS = 2_000;

    /** Opens a connection, or fails. */
    interface Connector {
        BrokerConnection connect() throws IOException;
    }

    private final String name;
    private final ConnectionLog log;
    private final Connector connector;
    private final QueueSize size;
    private final Duration timeout;
    private final LinkedBlockingDeque<OutgoingMail> waiting = new LinkedBlockingDeque<>();
    /** Sent and not acknowledged, in the order of sending. Guarded by itself. */
    private final Set<OutgoingMail> sent = new LinkedHashSet<>();

    private final Thread sending;
    private final Thread watching;
    private volatile boolean closed;
    private volatile @Nullable BrokerConnection connection;
    /** When the thread began what it does with the broker; 0 while it waits for mail. */
    private volatile long busySinceNanos;
    /** Since when there is no connection. */
    private volatile long unreachableSinceNanos = System.nanoTime();

    private volatile boolean connected;

    BrokerSender(String name, Connector connector, QueueSize size, Duration timeout) {
        this.name = name;
        this.log = new ConnectionLog(LOG, name);
        this.connector = connector;
        this.size = size;
        this.timeout = timeout;
        this.sending = new Thread(this::run, "boxcar-queue-" + name);
        this.watching = new Thread(this::watch, "boxcar-queue-" + name + "-deadlines");
        sending.setDaemon(true);
        watching.setDaemon(true);
    }

    void start() {
        sending.start();
        watching.start();
    }

    /** Sends a mail, whose bytes are released once it is stored or given up. Returns at once. */
    void send(OutgoingMail mail) {
        waiting.add(mail);
        if (closed) {
            end(mail, CommitOutcome.FAULT);
        }
    }

    /** Whether the broker can be reached, or could within the time that a mail waits. */
    boolean isReachable() {
        return connected || System.nanoTime() - unreachableSinceNanos < timeout.toNanos();
    }

    /** Whether there is a connection. */
    boolean isConnected() {
        return connected;
    }

    /** The connection; null if there is none. */
    @Nullable
    BrokerConnection connection() {
        return connection;
    }

    // ---- the sending thread

    private void run() {
        while (!closed) {
            try (BrokerConnection opened = connector.connect()) {
                connection = opened;
                serve(opened);
            } catch (IOException | ActiveMQException | RuntimeException e) {
                if (!closed) {
                    log.failed(e);
                }
            }
            lost();
            pause();
        }
    }

    private void lost() {
        connection = null;
        busySinceNanos = 0;
        if (connected) {
            connected = false;
            unreachableSinceNanos = System.nanoTime();
        }
        synchronized (sent) {
            var again = new ArrayList<>(sent);
            sent.clear();
            for (int i = again.size() - 1; i >= 0; i--) {
                waiting.addFirst(again.get(i));
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(closed ? 0 : PAUSE.toNanos());
        } catch (InterruptedException e) {
            LOG.debug("the queue is closed");
        }
    }

    private void serve(BrokerConnection opened) throws IOException, ActiveMQException {
        try (ClientSession session = opened.session(Commits.EACH);
                ClientProducer producer = session.createProducer(BrokerQueues.MAIL);
                ClientProducer held = session.createProducer(BrokerQueues.HELD);
                ClientProducer deferred = session.createProducer(BrokerQueues.DEFERRED)) {
            connected = true;
            log.connected();
            while (!closed && !session.isClosed()) {
                OutgoingMail next = take();
                if (next != null && !next.isEnded()) {
                    showUntilDue(next, session, deferred);
                    send(next, session, next.isHeld() ? held : producer);
                }
            }
        }
    }

    private @Nullable OutgoingMail take() {
        busySinceNanos = 0;
        try {
            OutgoingMail next = waiting.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            busySinceNanos = System.nanoTime();
            return next;
        } catch (InterruptedException e) {
            return null; // closed
        }
    }

    private void send(OutgoingMail mail, ClientSession session, ClientProducer producer) throws ActiveMQException {
        ClientMessage message;
        try {
            message = MailFormat.message(session, mail.mail, mail.state, mail.dueMillis);
        } catch (IOException | RuntimeException e) {
            LOG.error("id={} cannot be read", mail.mail.id(), e);
            end(mail, CommitOutcome.FAULT);
            return;
        }
        message.putStringProperty(
                Message.HDR_DUPLICATE_DETECTION_ID.toString(), mail.mail.id().toString());
        synchronized (sent) {
            sent.add(mail); // before it is sent: the answer may come at any moment
        }
        producer.send(message, new Acknowledgement(mail));
    }

    /** Operators see what stands for a mail that the broker does not show before its time. */
    private static void showUntilDue(OutgoingMail mail, ClientSession session, ClientProducer producer)
            throws ActiveMQException {
        ClientMessage shown = MailFormat.shownUntilDue(session, mail.mail, mail.state, mail.dueMillis);
        if (shown != null) {
            shown.putStringProperty(
                    Message.HDR_DUPLICATE_DETECTION_ID.toString(),
                    mail.mail.id().toString());
            producer.send(shown);
        }
    }

    /** Called on a thread of the client. */
    private final class Acknowledgement implements SendAcknowledgementHandler {
        private final OutgoingMail mail;

        Acknowledgement(OutgoingMail mail) {
            this.mail = mail;
        }

        @Override
        public void sendAcknowledged(Message message) {
            if (isSent()) {
                size.sent();
                end(mail, CommitOutcome.STORED);
            }
        }

        @Override
        public void sendFailed(Message message, Exception failure) {
            BrokerConnection current = connection;
            if (current == null || (failure instanceof ActiveMQException lost && isLoss(lost))) {
                return; // it is sent again over the next connection
            }
            if (isSent()) {
                LOG.error("id={} the broker refuses it: {}", mail.mail.id(), failure.toString());
                end(mail, CommitOutcome.FAULT);
            }
        }

        private boolean isSent() {
            synchronized (sent) {
                return sent.remove(mail);
            }
        }
    }

    private static boolean isLoss(ActiveMQException failure) {
        return switch (failure.getType()) {
            case CONNECTION_TIMEDOUT, NOT_CONNECTED, DISCONNECTED, UNBLOCKED, OBJECT_CLOSED -> true;
            default -> false;
        };
    }

    /** Reports the outcome once, and releases the bytes. */
    private static void end(OutgoingMail mail, CommitOutcome outcome) {
        if (mail.end(outcome)) {
            mail.mail.stored().release();
        }
    }

    // ---- deadlines

    private void watch() {
        while (!closed) {
            long now = System.nanoTime();
            waiting.removeIf(mail -> isLate(mail, now));
            synchronized (sent) {
                sent.removeIf(mail -> isLate(mail, now));
            }
            BrokerConnection current = connection;
            long busySince = busySinceNanos;
            if (current != null && busySince != 0 && now - busySince > timeout.toNanos()) {
                LOG.warn("queue={} the broker takes nothing; connecting again", name);
                current.abort();
            }
            try {
                TimeUnit.NANOSECONDS.sleep(DEADLINE_POLL.toNanos());
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private static boolean isLate(OutgoingMail mail, long now) {
        if (now - mail.deadlineNanos < 0) {
            return mail.isEnded();
        }
        end(mail, CommitOutcome.FAULT);
        return true;
    }

    @Override
    public void close() {
        closed = true;
        BrokerConnection current = connection;
        if (current != null && busySinceNanos != 0) {
            current.abort();
        }
        sending.interrupt();
        watching.interrupt();
        try {
            sending.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiting.forEach(mail -> end(mail, CommitOutcome.FAULT));
        synchronized (sent) {
            sent.forEach(mail -> end(mail, CommitOutcome.FAULT));
        }
    }
}
