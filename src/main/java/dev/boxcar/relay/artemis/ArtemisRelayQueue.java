// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.async.WorkerPool;
import dev.boxcar.relay.artemis.body.BodyFileWriter;
import dev.boxcar.relay.artemis.body.BodyStore;
import dev.boxcar.relay.artemis.body.StoredBody;
import dev.boxcar.relay.artemis.broker.ArtemisMail;
import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.ClientThreads;
import dev.boxcar.relay.artemis.operator.BrokerAdministration;
import dev.boxcar.relay.artemis.operator.WorkerAnswers;
import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.HoldTime;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.UlidGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A queue in a broker. Any thread. */
final class ArtemisRelayQueue implements SharedQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ArtemisRelayQueue.class);
    private static final String UNREACHABLE = "the broker of the queue cannot be reached";
    private static final int WRITERS = 2;
    private static final int MAX_WAITING_WRITES = 100_000;
    private static final long CLOSE_MILLIS = 3_000;

    private final SharedQueueSettings settings;
    private final BrokerSender.Connector connector;
    private final BodyStore store;
    private final Path quarantine;
    private final WorkerPool writers = WorkerPool.open("queue", WRITERS, MAX_WAITING_WRITES);
    private final ClientThreads threads = new ClientThreads();
    private final UlidGenerator ids = new UlidGenerator(System::currentTimeMillis);
    private final QueueSize size = new QueueSize();
    private final HeldMails held = new HeldMails();
    private final BrokerSender small;
    /** A large mail takes a while to send, and must not delay others. */
    private final BrokerSender large;

    private final ResultWriter results;
    private final QueueSizePoll poll;
    private @Nullable BrokerReceiver receiver;
    private @Nullable WorkerAnswers answers;

    private ArtemisRelayQueue(SharedQueueSettings settings, List<TransportConfiguration> brokers, BodyStore store) {
        this.settings = settings;
        this.store = store;
        this.quarantine = settings.directory().resolve("quarantine");
        this.connector = () -> BrokerConnection.open(brokers, settings, threads);
        this.small = new BrokerSender("send", connector, size, settings.timeout());
        this.large = new BrokerSender("send-large", connector, size, settings.timeout());
        this.results = new ResultWriter(held, size);
        this.poll = new QueueSizePoll(small, size);
    }

    /** Opens the queue. Does not wait for the broker. */
    static ArtemisRelayQueue open(SharedQueueSettings settings) throws IOException {
        List<TransportConfiguration> brokers = BrokerConnection.transports(settings);
        var queue = new ArtemisRelayQueue(settings, brokers, BodyStore.open(settings.directory()));
        queue.small.start();
        queue.large.start();
        queue.results.start();
        queue.poll.start();
        return queue;
    }

    @Override
    public void open(Executor executor, Listener listener) {
        if (settings.role().delivers()) {
            var audience = new BrokerReceiver.Audience(executor, listener);
            var begun = new BrokerReceiver(connector, held, results, store, quarantine, audience);
            receiver = begun;
            begun.start();
            answers = WorkerAnswers.start(small::connection, held, listener);
        }
        executor.execute(listener::loaded); // the broker shows the messages of earlier runs like new ones
    }

    // ---- accepting

    @Override
    public MessageSink sink() {
        return new MessageSink() {
            @Override
            public Admission admits(long declaredBytes) {
                return ArtemisRelayQueue.this.admits(declaredBytes);
            }

            @Override
            public Incoming begin(Executor loop) {
                return new IncomingMail(ids.next(), loop, store, writers, ArtemisRelayQueue.this::send);
            }
        };
    }

    @Override
    public Admission admits(long bytes) {
        if (!small.isReachable()) {
            return Admission.FAULT;
        }
        return size() >= settings.maxMessages() ? Admission.NO_ROOM : Admission.ADMITTED;
    }

    private void send(Ulid id, Envelope envelope, StoredBody body, Executor executor, CommitCallback callback) {
        var mail = new ArtemisMail(id, envelope, body, 0, quarantine);
        Instant received = mail.received();
        Instant release = HoldTime.of(envelope, received);
        long due = release.isAfter(received) ? release.toEpochMilli() : 0;
        send(mail, null, due, executor, callback);
    }

    private void send(
            ArtemisMail mail, @Nullable DeliveryState state, long due, Executor executor, CommitCallback callback) {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        boolean isLarge = mail.bytes() > BodyStore.MAX_IN_MEMORY / 2;
        (isLarge ? large : small).send(new OutgoingMail(mail, state, due, deadline, executor, callback));
    }

    @Override
    public void takeOver(
            Ulid id, QueuedMail mail, @Nullable DeliveryState state, Executor executor, CommitCallback callback) {
        var body = new ForeignBody(mail);
        if (state == null) {
            send(id, mail.envelope(), body, executor, callback);
            return;
        }
        long due = state.isHeld() ? 0 : state.next().toEpochMilli();
        send(new ArtemisMail(id, mail.envelope(), body, 0, quarantine), state, due, executor, callback);
    }

    /** The bytes of a mail that another queue keeps. */
    private record ForeignBody(QueuedMail mail) implements StoredBody {
        @Override
        public long length() {
            return mail.bytes();
        }

        @Override
        public InputStream open(long from) throws IOException {
            InputStream in = mail.open();
            in.skipNBytes(from);
            return in;
        }

        @Override
        public void release() {
            // the other queue does that
        }
    }

    @Override
    public Ulid append(Envelope envelope, byte[] content, Executor executor, CommitCallback callback) {
        Ulid id = ids.next();
        if (content.length <= BodyStore.MAX_IN_MEMORY && store.reserve(content.length)) {
            send(id, envelope, store.inMemory(content.clone()), executor, callback);
            return id;
        }
        Path path = store.newFile();
        var file = new BodyFileWriter(path, writers);
        file.add(content.clone());
        file.finish(failure -> {
            if (failure == null) {
                send(id, envelope, store.inFile(path, content.length), executor, callback);
            } else {
                executor.execute(() -> callback.complete(CommitOutcome.NO_ROOM));
            }
        });
        return id;
    }

    // ---- delivering

    @Override
    public @Nullable QueuedMail read(Ulid id) {
        return held.forAttempt(id);
    }

    @Override
    public @Nullable DeliveryState state(Ulid id) {
        HeldMail mail = held.get(id);
        return mail == null ? null : mail.state;
    }

    @Override
    public void record(Ulid id, DeliveryState state, Executor executor, CommitCallback callback) {
        conclude(id, state, executor, callback);
    }

    @Override
    public void recordProgress(Ulid id, DeliveryState state) {
        HeldMail mail = held.get(id);
        if (mail != null) {
            mail.state = state;
        }
    }

    @Override
    public void settle(Ulid id, String reason, Executor executor, CommitCallback callback) {
        conclude(id, null, executor, callback);
    }

    private void conclude(Ulid id, @Nullable DeliveryState left, Executor executor, CommitCallback callback) {
        HeldMail mail = held.get(id);
        if (mail == null) {
            executor.execute(() -> callback.complete(CommitOutcome.FAULT));
            return;
        }
        results.add(new MailResult(mail.mail, held.remove(id), left, executor, callback));
    }

    @Override
    public int size() {
        return size.messages();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public int workers() {
        return size.workers();
    }

    @Override
    public int room() {
        return held.room();
    }

    @Override
    public QueueAdministration administration() {
        return new BrokerAdministration(new BrokerAdministration.Connections() {
            @Override
            public BrokerConnection connection() throws IOException {
                BrokerConnection connection = small.connection();
                if (connection == null) {
                    throw new IOException(UNREACHABLE);
                }
                return connection;
            }

            @Override
            public void close() {
                // the queue closes its connections
            }
        });
    }

    @Override
    public @Nullable String obstacle() {
        return small.isConnected() ? null : UNREACHABLE;
    }

    @Override
    public void close() {
        poll.close();
        if (answers != null) {
            answers.close();
        }
        small.close();
        large.close();
        results.close(CLOSE_MILLIS);
        if (receiver != null) {
            receiver.close();
        }
        threads.close();
        writers.close();
        try {
            store.close();
        } catch (IOException e) {
            LOG.warn("the directory of bodies cannot be closed: {}", e.toString());
        }
    }
}
