// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.operator;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerConnection.Commits;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueueChange;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what an operator asks about the mail that this worker has. Its own thread. */
public final class WorkerAnswers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerAnswers.class);
    private static final long PAUSE_MILLIS = 200;
    private static final long RECEIVE_MILLIS = 500;

    /** The mail that this worker has. Any thread. */
    public interface OwnMail {
        /** The ids of all. */
        Collection<Ulid> ids();

        /** The mail; null if this worker does not have it, or has lost it. */
        @Nullable
        QueuedMail mail(Ulid id);

        /** Its state so far; null before the first attempt. */
        @Nullable
        DeliveryState state(Ulid id);
    }

    private final Supplier<@Nullable BrokerConnection> connections;
    private final OwnMail own;
    private final RelayQueue.Listener listener;
    private final Thread thread = new Thread(this::run, "boxcar-queue-answers");
    private volatile boolean closed;

    private WorkerAnswers(Supplier<@Nullable BrokerConnection> connections, OwnMail own, RelayQueue.Listener listener) {
        this.connections = connections;
        this.own = own;
        this.listener = listener;
        thread.setDaemon(true);
    }

    /**
     * Begins to answer.
     *
     * @param connections supplies the connection that is used now, if there is one
     */
    public static WorkerAnswers start(
            Supplier<@Nullable BrokerConnection> connections, OwnMail own, RelayQueue.Listener listener) {
        var answers = new WorkerAnswers(connections, own, listener);
        answers.thread.start();
        return answers;
    }

    private void run() {
        while (!closed) {
            try {
                BrokerConnection connection = connections.get();
                if (connection != null) {
                    serveUntilLost(connection);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void serveUntilLost(BrokerConnection connection) {
        try (ClientSession session = connection.session(Commits.EACH)) {
            SimpleString name = SimpleString.of(BrokerQueues.WORKERS + "." + UUID.randomUUID());
            session.createQueue(QueueConfiguration.of(name)
                    .setAddress(BrokerQueues.WORKERS)
                    .setRoutingType(RoutingType.MULTICAST)
                    .setDurable(false)
                    .setTemporary(true));
            try (ClientConsumer consumer = session.createConsumer(name);
                    ClientProducer producer = session.createProducer()) {
                session.start();
                while (!closed && !session.isClosed() && !consumer.isClosed()) {
                    ClientMessage question = consumer.receive(RECEIVE_MILLIS);
                    if (question != null) {
                        question.acknowledge();
                        new Answer(session, producer, question).give();
                    }
                }
            }
        } catch (ActiveMQException | IOException | RuntimeException e) {
            if (!closed) {
                LOG.debug("what operators ask is not heard now: {}", e.toString());
            }
        }
    }

    /** The answer to one request. */
    private final class Answer {
        private final ClientSession session;
        private final ClientProducer producer;
        private final ClientMessage question;
        private final List<Ulid> here = new ArrayList<>();

        Answer(ClientSession session, ClientProducer producer, ClientMessage question) {
            this.session = session;
            this.producer = producer;
            this.question = question;
        }

        void give() throws ActiveMQException, IOException {
            String request = question.getStringProperty(WorkerRequests.REQUEST);
            List<Ulid> ids = WorkerRequests.ids(question);
            QueueChange change = QueueChange.of(request);
            if (change == QueueChange.RETRY || change == QueueChange.RELEASE) {
                listener.retryNow();
            }
            for (Ulid id : ids.isEmpty() && change == null ? own.ids() : ids) {
                QueuedMail mail = own.mail(id);
                if (mail != null && (change == null || listener.change(id, change))) {
                    here.add(id);
                    if (change == null) {
                        show(id, mail);
                    }
                }
            }
            ClientMessage last = message();
            last.putBooleanProperty(WorkerRequests.LAST, true);
            last.getBodyBuffer().writeBytes(WorkerRequests.text(here));
            send(last);
        }

        private void show(Ulid id, QueuedMail mail) throws ActiveMQException {
            ClientMessage shown = message();
            shown.putStringProperty(MailFormat.ID, id.toString());
            shown.putLongProperty(MailFormat.SIZE, mail.bytes());
            shown.getBodyBuffer().writeBytes(MailFormat.head(mail.envelope(), own.state(id)));
            send(shown);
        }

        private ClientMessage message() {
            boolean isDurable = false;
            ClientMessage message = session.createMessage(isDurable);
            message.putStringProperty(WorkerRequests.NUMBER, question.getStringProperty(WorkerRequests.NUMBER));
            return message;
        }

        private void send(ClientMessage message) throws ActiveMQException {
            producer.send(question.getReplyTo(), message);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
