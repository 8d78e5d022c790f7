// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.body.BodyStore;
import dev.boxcar.relay.artemis.body.StoredBody;
import dev.boxcar.relay.artemis.broker.ArtemisMail;
import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerConnection.Commits;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.spool.Ulid;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mail from the broker and shows it to the relay. The message stays the broker's until its result is stored. When
 * the connection is lost, the broker shows the messages again: to this relay, which recognizes those that it still
 * works on, or to another. Its own thread.
 */
final class BrokerReceiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerReceiver.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration RETURNED_POLL = Duration.ofMillis(250);
    private static final long RECEIVE_MILLIS = 250;
    private static final long JOIN_MILLIS = 2_000;

    /** Why the broker shows a message. */
    private enum Purpose {
        DELIVER,
        RETURN
    }

    /** The relay that the mail is shown to. */
    record Audience(Executor executor, RelayQueue.Listener listener) {}

    private final ConnectionLog log = new ConnectionLog(LOG, "receive");
    private final BrokerSender.Connector connector;
    private final HeldMails held;
    private final ResultWriter results;
    private final BodyStore store;
    private final Path quarantine;
    private final Audience audience;
    private final Thread thread = new Thread(this::run, "boxcar-queue-receive");
    private volatile boolean closed;

    BrokerReceiver(
            BrokerSender.Connector connector,
            HeldMails held,
            ResultWriter results,
            BodyStore store,
            Path quarantine,
            Audience audience) {
        this.connector = connector;
        this.held = held;
        this.results = results;
        this.store = store;
        this.quarantine = quarantine;
        this.audience = audience;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try (BrokerConnection connection = connector.connect()) {
                serve(connection);
            } catch (IOException | ActiveMQException | RuntimeException e) {
                if (!closed) {
                    log.failed(e);
                }
            } catch (InterruptedException e) {
                return; // closed
            }
            try {
                TimeUnit.NANOSECONDS.sleep(closed ? 0 : PAUSE.toNanos());
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void serve(BrokerConnection connection) throws IOException, ActiveMQException, InterruptedException {
        try (ClientSession session = connection.session(Commits.TOGETHER)) {
            results.use(connection, session);
            ClientConsumer consumer = session.createConsumer(BrokerQueues.MAIL);
            ClientConsumer returned = session.createConsumer(BrokerQueues.RETURNED);
            session.start();
            log.connected();
            long lookedNanos = System.nanoTime() - RETURNED_POLL.toNanos();
            while (!closed && !session.isClosed() && !consumer.isClosed()) {
                ClientMessage message = held.awaitRoom(RECEIVE_MILLIS) ? consumer.receive(RECEIVE_MILLIS) : null;
                if (message != null) {
                    received(message, Purpose.DELIVER);
                }
                if (System.nanoTime() - lookedNanos >= RETURNED_POLL.toNanos()) {
                    lookedNanos = System.nanoTime();
                    takeReturned(returned);
                }
            }
        } finally {
            results.lost();
            held.connectionLost();
        }
    }

    /** Mail that operators return to its senders; there is little of it. */
    private void takeReturned(ClientConsumer returned) throws ActiveMQException, IOException, InterruptedException {
        while (!closed && held.awaitRoom(1)) {
            ClientMessage message = returned.receive(1); // what has arrived
            if (message == null) {
                return;
            }
            received(message, Purpose.RETURN);
        }
    }

    private void received(ClientMessage message, Purpose purpose) throws ActiveMQException, IOException {
        StoredBody body = body(message);
        try {
            Ulid id = MailFormat.id(message);
            MailFormat.Head head;
            try (InputStream in = new BufferedInputStream(body.open(0))) {
                head = MailFormat.head(in);
            }
            var mail = new ArtemisMail(id, head.envelope(), body, head.length(), quarantine);
            show(mail, state(mail, head.state(), purpose), message);
        } catch (IllegalArgumentException e) {
            LOG.error("a message of the broker is no mail; it is moved to {}: {}", BrokerQueues.DAMAGED, e.toString());
            results.setAside(message, body);
        }
    }

    /**
     * What is known of a mail. The queue from which it came says what becomes of it, because operators move messages
     * without changing them. A message that the broker shows is due.
     */
    private static @Nullable DeliveryState state(ArtemisMail mail, @Nullable DeliveryState stored, Purpose purpose) {
        Instant now = Instant.now();
        if (purpose == Purpose.RETURN) {
            return DeliveryState.orUntried(stored, mail.envelope().recipientCount(), mail.received())
                    .returned(now);
        }
        if (stored == null) {
            return null;
        }
        DeliveryState due = stored.next().isAfter(now) ? stored.withNext(now) : stored;
        return due.isHeld() ? due.released() : due;
    }

    private void show(ArtemisMail mail, @Nullable DeliveryState state, ClientMessage message) {
        MailResult known = held.takeUnconfirmed(mail.id(), state);
        if (known != null) {
            results.add(known.of(mail, message));
            return;
        }
        if (held.takesPlace(mail.id(), message)) {
            mail.stored().release();
            return;
        }
        held.add(new HeldMail(mail, state, message));
        try {
            audience.executor().execute(() -> audience.listener().queued(mail.id(), mail, state));
        } catch (RejectedExecutionException e) {
            LOG.debug("the relay has stopped");
        }
    }

    private StoredBody body(ClientMessage message) throws ActiveMQException, IOException {
        if (!message.isLargeMessage()) {
            int length = message.getBodyBuffer().readableBytes();
            if (store.reserve(length)) {
                var bytes = new byte[length];
                message.getBodyBuffer().readBytes(bytes);
                return store.inMemory(bytes);
            }
        }
        Path file = store.newFile();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            if (message.isLargeMessage()) {
                message.saveToOutputStream(out);
            } else {
                var bytes = new byte[message.getBodyBuffer().readableBytes()];
                message.getBodyBuffer().readBytes(bytes);
                out.write(bytes);
            }
        } catch (ActiveMQException | IOException e) {
            BodyStore.delete(file);
            throw e;
        }
        return store.inFile(file, Files.size(file));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
