// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerConnection.Commits;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker once a second how long the queue is and how many relays deliver from it, and once per connection
 * whether its settings are right. Its own thread.
 */
final class QueueSizePoll implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueSizePoll.class);
    private static final long INTERVAL_MILLIS = 1_000;
    /** On a busy relay the length is never exact; then an answer that is nearly right is taken. */
    private static final int MAX_LEFT_OUT = 3;

    private final BrokerSender sender;
    private final QueueSize size;
    private final BrokerSettingsCheck check = new BrokerSettingsCheck();
    private final Thread thread = new Thread(this::run, "boxcar-queue-size");
    private volatile boolean closed;

    QueueSizePoll(BrokerSender sender, QueueSize size) {
        this.sender = sender;
        this.size = size;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                BrokerConnection connection = sender.connection();
                if (connection != null) {
                    check.run(connection);
                    pollUntilLost(connection);
                }
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void pollUntilLost(BrokerConnection connection) throws InterruptedException {
        try {
            poll(connection);
        } catch (ActiveMQException | RuntimeException e) {
            LOG.debug("the length of the queue is not known now: {}", e.toString());
        }
    }

    private void poll(BrokerConnection connection) throws ActiveMQException, InterruptedException {
        try (ClientSession session = connection.session(Commits.EACH)) {
            int leftOut = 0;
            while (!closed && !session.isClosed()) {
                long before = size.changes();
                ClientSession.QueueQuery mail = session.queueQuery(SimpleString.of(BrokerQueues.MAIL));
                ClientSession.QueueQuery held = session.queueQuery(SimpleString.of(BrokerQueues.HELD));
                ClientSession.QueueQuery returned = session.queueQuery(SimpleString.of(BrokerQueues.RETURNED));
                boolean isOverdue = leftOut >= MAX_LEFT_OUT;
                boolean isTaken = size.update(
                        mail.getMessageCount() + held.getMessageCount() + returned.getMessageCount(),
                        mail.getConsumerCount(),
                        before,
                        isOverdue);
                leftOut = isTaken ? 0 : leftOut + 1;
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
