// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.body.StoredBody;
import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.MailFormat;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.smtp.CommitOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores results: it acknowledges the message and, if something is left to do, sends the rest as a message for later.
 * Both are one transaction. All results that wait share one.
 *
 * <p>Its own thread. Any thread may add results.
 */
final class ResultWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);
    private static final int TOGETHER = 500;
    private static final long POLL_MILLIS = 200;

    /** The session through which the messages came. */
    private static final class Open {
        final BrokerConnection connection;
        final ClientSession session;
        final ClientProducer mail;
        final ClientProducer held;
        final ClientProducer deferred;
        final ClientProducer damaged;

        Open(BrokerConnection connection, ClientSession session) throws ActiveMQException {
            this.connection = connection;
            this.session = session;
            this.mail = session.createProducer(BrokerQueues.MAIL);
            this.held = session.createProducer(BrokerQueues.HELD);
            this.deferred = session.createProducer(BrokerQueues.DEFERRED);
            this.damaged = session.createProducer(BrokerQueues.DAMAGED);
        }
    }

    private final HeldMails held;
    private final QueueSize size;
    private final LinkedBlockingQueue<MailResult> waiting = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Damaged> damaged = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "boxcar-queue-results");
    private volatile boolean closing;
    private volatile @Nullable Open open;

    /** A message that is no mail. */
    private record Damaged(ClientMessage message, StoredBody body) {}

    ResultWriter(HeldMails held, QueueSize size) {
        this.held = held;
        this.size = size;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** From now on results are stored through this session, on which the caller only receives. */
    void use(BrokerConnection connection, ClientSession session) throws ActiveMQException {
        open = new Open(connection, session);
    }

    /** The session is lost. */
    void lost() {
        open = null;
    }

    void add(MailResult result) {
        waiting.add(result);
    }

    /** Moves a message that is no mail to where it is in nobody's way. */
    void setAside(ClientMessage message, StoredBody body) {
        damaged.add(new Damaged(message, body));
    }

    private void run() {
        var batch = new ArrayList<MailResult>();
        while (!(closing && waiting.isEmpty())) {
            try {
                moveDamaged();
                MailResult first = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, TOGETHER - 1);
                    store(batch);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void moveDamaged() {
        for (Damaged one = damaged.poll(); one != null; one = damaged.poll()) {
            Open through = open;
            if (through != null) {
                try (InputStream in = one.body.open(0)) {
                    boolean isDurable = true;
                    one.message.individualAcknowledge();
                    through.damaged.send(
                            through.session.createMessage(isDurable).setBodyInputStream(in));
                    through.session.commit();
                } catch (ActiveMQException | IOException | RuntimeException e) {
                    LOG.warn("a damaged message is not moved now: {}", e.toString());
                    through.connection.abort();
                }
            }
            one.body.release();
        }
    }

    private void store(List<MailResult> batch) {
        Open through = open;
        if (through == null) {
            batch.forEach(this::fault);
            return;
        }
        var stored = new ArrayList<MailResult>(batch.size());
        try {
            for (MailResult result : batch) {
                if (put(result, through)) {
                    stored.add(result);
                } else {
                    fault(result);
                }
            }
            through.session.commit();
        } catch (ActiveMQException | IOException | RuntimeException e) {
            LOG.warn("{} results are not stored; their messages are shown again: {}", stored.size(), e.toString());
            batch.forEach(this::fault);
            through.connection.abort();
            return;
        }
        for (MailResult result : stored) {
            if (result.left() == null) {
                size.settled();
            }
            end(result, CommitOutcome.STORED);
        }
    }

    /** Adds a result to the transaction. False if its message came over an earlier connection. */
    private static boolean put(MailResult result, Open through) throws ActiveMQException, IOException {
        ClientMessage message = result.message();
        if (message == null) {
            return false;
        }
        message.individualAcknowledge();
        DeliveryState left = result.left();
        if (left != null) {
            ClientProducer to = left.isHeld() ? through.held : through.mail;
            long due = left.isHeld() ? 0 : left.next().toEpochMilli();
            to.send(MailFormat.message(through.session, result.mail(), left, due));
            ClientMessage shown = MailFormat.shownUntilDue(through.session, result.mail(), left, due);
            if (shown != null) {
                through.deferred.send(shown);
            }
        }
        return true;
    }

    /** The broker shows the message again; then the result is still known, unless another relay gets it. */
    private void fault(MailResult result) {
        held.unconfirmed(result);
        end(result, CommitOutcome.FAULT);
    }

    private static void end(MailResult result, CommitOutcome outcome) {
        result.mail().stored().release();
        try {
            result.executor().execute(() -> result.callback().complete(outcome));
        } catch (RejectedExecutionException e) {
            LOG.debug("the relay has stopped");
        }
    }

    /** Stores what waits, but not longer than this. */
    void close(long millis) {
        closing = true;
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }

    @Override
    public void close() {
        close(POLL_MILLIS);
    }
}
