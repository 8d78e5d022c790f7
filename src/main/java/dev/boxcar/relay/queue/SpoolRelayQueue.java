// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.Urgency;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue in a spool: one MESSAGE record per message, at most one current STATE record, and DONE once it is settled.
 * STATE and DONE are {@link Urgency#LAZY}, so a delivery costs no force of its own. Any thread.
 */
public final class SpoolRelayQueue implements RelayQueue {
    /** The namespace of the states. */
    public static final String NAMESPACE = "relay";

    /** Options of a spool with a queue: a damaged message is found, so that its sender is told. */
    public static final SpoolOptions SPOOL_OPTIONS = SpoolOptions.DEFAULTS.withDamaged(SpoolOptions.Damaged.FOUND);

    private static final Logger LOG = LoggerFactory.getLogger(SpoolRelayQueue.class);
    /** No record has this sequence number: the follower sees only new records. */
    private static final long ONLY_NEW = Long.MAX_VALUE;

    /** How many messages of earlier runs are shown in one task, so that new ones are shown in between. */
    private static final int LOADED_TOGETHER = 500;

    /** At most this much memory for messages that were accepted just now. */
    private static final long MAX_RECENT_BYTES = 16L * 1024 * 1024;
    /** And at most this part of the heap. */
    private static final int RECENT_PART_OF_HEAP = 16;
    /** At most this much memory for arrays that wait for the next message. */
    private static final long MAX_IDLE_BYTES = 4L * 1024 * 1024;

    private final Spool spool;
    private final int maxMessages;
    private final @Nullable QuarantineDirectory quarantine;
    private final BodyBuffers buffers = new BodyBuffers(MAX_IDLE_BYTES);
    private final RecentBodies recent = new RecentBodies(
            Math.min(MAX_RECENT_BYTES, Runtime.getRuntime().maxMemory() / RECENT_PART_OF_HEAP),
            buffers,
            System::nanoTime);

    /**
     * A queue in {@code spool}, which the caller closes.
     *
     * @param maxMessages when this many messages are queued, {@link #admits} refuses more
     */
    public SpoolRelayQueue(Spool spool, int maxMessages) {
        this(spool, maxMessages, null);
    }

    private SpoolRelayQueue(Spool spool, int maxMessages, @Nullable QuarantineDirectory quarantine) {
        this.spool = spool;
        this.maxMessages = maxMessages;
        this.quarantine = quarantine;
    }

    /** The same queue, which keeps damaged messages in the subdirectory {@code quarantine} of its spool's directory. */
    public SpoolRelayQueue withDirectory(Path directory) {
        return new SpoolRelayQueue(spool, maxMessages, new QuarantineDirectory(directory.resolve("quarantine")));
    }

    @Override
    public void open(Executor executor, Listener listener) {
        spool.follow(ONLY_NEW, new NewMessages(executor, listener));
    }

    /** Shows each message that is committed from now on, and has the earlier ones loaded. */
    private final class NewMessages implements Spool.Follower {
        private final Executor executor;
        private final Listener listener;

        NewMessages(Executor executor, Listener listener) {
            this.executor = executor;
            this.listener = listener;
        }

        @Override
        public void record(SpoolRecord record) {
            if (record.type().isMessage()) {
                // the record itself may be read only during this call
                Ulid id = record.id();
                Envelope envelope = record.envelope();
                var mail = new SpooledMail(id, envelope, record.received(envelope), record.bodyLength());
                if (record.type() == RecordType.MESSAGE) { // the bytes of a larger one are in a file
                    recent.add(record);
                }
                executor.execute(() -> listener.queued(id, mail, null));
            }
        }

        /** Called on the committing thread, so that the list has exactly the messages that were not shown. */
        @Override
        public void caughtUp() {
            List<Ulid> earlier = spool.ids();
            var loader = new Thread(() -> load(earlier, executor, listener), "boxcar-relay-load");
            loader.setDaemon(true);
            loader.start();
        }
    }

    /** Shows the messages of earlier runs. Reads nothing from the disk: states are in the spool's memory. */
    private void load(List<Ulid> ids, Executor executor, Listener listener) {
        for (int from = 0; from < ids.size(); from += LOADED_TOGETHER) {
            List<Ulid> some = ids.subList(from, Math.min(ids.size(), from + LOADED_TOGETHER));
            var states = new ArrayList<@Nullable DeliveryState>(some.size());
            some.forEach(id -> states.add(state(id))); // here, and not on the executor, which serves new mail
            executor.execute(() -> show(some, states, listener));
        }
        executor.execute(listener::loaded);
    }

    private static void show(List<Ulid> ids, List<@Nullable DeliveryState> states, Listener listener) {
        for (int i = 0; i < ids.size(); i++) {
            listener.queued(ids.get(i), null, states.get(i));
        }
    }

    @Override
    public MessageSink sink() {
        return new BoundedSink(new SpoolSink(spool));
    }

    /** Refuses messages while the queue is full. */
    private final class BoundedSink implements MessageSink {
        private final MessageSink inner;

        BoundedSink(MessageSink inner) {
            this.inner = inner;
        }

        @Override
        public Admission admits(long declaredBytes) {
            return SpoolRelayQueue.this.admits(declaredBytes);
        }

        @Override
        public Incoming begin(Executor loop) {
            return inner.begin(loop);
        }
    }

    @Override
    public Admission admits(long bytes) {
        Admission admission = spool.admits(bytes);
        return admission == Admission.ADMITTED && size() >= maxMessages ? Admission.NO_ROOM : admission;
    }

    @Override
    public Ulid append(Envelope envelope, byte[] content, Executor executor, CommitCallback callback) {
        Ulid id = spool.newId();
        IncomingBody body = spool.newBody(id);
        body.write(content, 0, content.length);
        spool.append(id, envelope, body, executor, callback);
        return id;
    }

    @Override
    public @Nullable QueuedMail read(Ulid id) throws IOException {
        SpoolRecord record = spool.find(id);
        if (record == null || record.type() == RecordType.DONE) {
            return null;
        }
        Envelope envelope = record.envelope();
        return new SpooledMail(id, envelope, record.received(envelope), record.bodyLength());
    }

    /** A message of the spool, which is looked up when its bytes are wanted, because compaction moves it. */
    private final class SpooledMail implements QueuedMail {
        private final Ulid id;
        private final Envelope envelope;
        private final Instant received;
        private final long bytes;

        SpooledMail(Ulid id, Envelope envelope, Instant received, long bytes) {
            this.id = id;
            this.envelope = envelope;
            this.received = received;
            this.bytes = bytes;
        }

        @Override
        public Envelope envelope() {
            return envelope;
        }

        @Override
        public Instant received() {
            return received;
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public InputStream open() throws IOException {
            return find().body();
        }

        @Override
        public @Nullable MailBytes takeFromMemory() {
            return recent.take(id);
        }

        @Override
        public MailBytes room() {
            return buffers.take(Math.toIntExact(bytes));
        }

        @Override
        public void giveBack(MailBytes given) {
            buffers.giveBack(given);
        }

        @Override
        public String quarantine() throws IOException {
            return quarantine == null ? "nowhere" : quarantine.keep(find()).toString();
        }

        private SpoolRecord find() throws IOException {
            SpoolRecord record = spool.find(id);
            if (record == null) {
                throw new NoSuchFileException("message " + id);
            }
            return record;
        }
    }

    @Override
    public @Nullable DeliveryState state(Ulid id) {
        KeyValueText text = spool.states(id).get(NAMESPACE);
        if (text == null) {
            return null;
        }
        try {
            return DeliveryState.parse(text);
        } catch (IllegalArgumentException e) {
            LOG.warn("id={} every recipient is tried again: {}", id, e.getMessage());
            return null;
        }
    }

    @Override
    public void record(Ulid id, DeliveryState state, Executor executor, CommitCallback callback) {
        recent.forget(id);
        spool.putState(id, NAMESPACE, state.text(), Urgency.LAZY, executor, callback);
    }

    @Override
    public void settle(Ulid id, String reason, Executor executor, CommitCallback callback) {
        recent.forget(id);
        spool.markDone(id, reason, Urgency.LAZY, executor, callback);
    }

    @Override
    public int size() {
        return Math.toIntExact(spool.statistics().held());
    }
}
