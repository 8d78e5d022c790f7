// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/**
 * The limit of a broker: one producer that sends durable messages without waiting in between, and one consumer that
 * acknowledges them, with nothing of a relay around them.
 */
final class BareBrokerClient {
    private static final String QUEUE = "boxcar.bench";
    private static final int ACKNOWLEDGED_BYTES = 1024 * 1024;
    private static final long WAIT_MILLIS = 200;

    private final String url;
    private final int bytes;
    private final AtomicLong consumed = new AtomicLong();
    private volatile boolean ended;

    BareBrokerClient(String url, int bytes) {
        this.url = url;
        this.bytes = bytes;
    }

    /** Messages per second that were sent, acknowledged by the broker, and consumed. */
    double run(int unacknowledged, long seconds) throws Exception {
        try (ServerLocator locator = ActiveMQClient.createServerLocator(url)
                        .setBlockOnDurableSend(false)
                        .setConfirmationWindowSize(1024 * 1024)
                        .setAckBatchSize(ACKNOWLEDGED_BYTES);
                ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession producing = factory.createSession("relay", "secret", false, true, true, false, 0);
                ClientSessionFactory other = locator.createSessionFactory();
                ClientSession consuming =
                        other.createSession("relay", "secret", false, true, true, false, ACKNOWLEDGED_BYTES)) {
            if (!producing.queueQuery(SimpleString.of(QUEUE)).isExists()) {
                producing.createQueue(QueueConfiguration.of(QUEUE)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
            }
            var consumer = new Thread(() -> consume(consuming), "bare-consumer");
            consumer.start();
            long began = System.nanoTime();
            produce(producing, unacknowledged, seconds);
            ended = true;
            consumer.join();
            double took = (System.nanoTime() - began) / 1e9 - WAIT_MILLIS / 1e3;
            return consumed.get() / took;
        }
    }

    /** How many messages it has consumed. */
    long consumed() {
        return consumed.get();
    }

    private void produce(ClientSession session, int unacknowledged, long seconds) throws Exception {
        var content = new byte[bytes];
        var room = new Semaphore(unacknowledged);
        long until = System.nanoTime() + seconds * 1_000_000_000;
        try (ClientProducer producer = session.createProducer(QUEUE)) {
            while (System.nanoTime() < until) {
                ClientMessage message = session.createMessage(true);
                message.getBodyBuffer().writeBytes(content);
                room.acquire();
                producer.send(message, sent -> room.release());
            }
            room.acquire(unacknowledged);
        }
    }

    private void consume(ClientSession session) {
        try (ClientConsumer consumer = session.createConsumer(QUEUE)) {
            session.start();
            while (true) {
                ClientMessage message = consumer.receive(WAIT_MILLIS);
                if (message != null) {
                    message.acknowledge();
                    consumed.incrementAndGet();
                } else if (ended) {
                    return;
                }
            }
        } catch (Exception e) { // the client declares no narrower type
            throw new IllegalStateException(e);
        }
    }
}
