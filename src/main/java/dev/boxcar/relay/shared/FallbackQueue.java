// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.shared;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.queue.QueuedMail;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared queue that accepts messages into a local one while its engine cannot be reached, and moves them to the
 * engine later. A message is in the local queue until the engine has acknowledged it; the engine recognizes a message
 * that was moved before by its id.
 *
 * <p>Any thread. A thread of its own moves messages.
 */
public final class FallbackQueue implements SharedQueue {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackQueue.class);
    private static final int MOVED_TOGETHER = 100;
    private static final long POLL_MILLIS = 200;
    /** The pause after a message that could not be moved. */
    private static final long REFUSED_MILLIS = 2_000;

    private static final long JOIN_MILLIS = 2_000;

    private final SharedQueue shared;
    private final RelayQueue local;
    private final LinkedBlockingQueue<Ulid> waiting = new LinkedBlockingQueue<>();
    private final Semaphore moving = new Semaphore(MOVED_TOGETHER);
    private final Thread mover = new Thread(this::run, "boxcar-queue-fallback");
    private volatile boolean refused;
    private volatile boolean closed;

    private FallbackQueue(SharedQueue shared, RelayQueue local) {
        this.shared = shared;
        this.local = local;
        mover.setDaemon(true);
    }

    /** Begins to move what an earlier run left in {@code local}. The caller closes what {@code local} stands on. */
    public static FallbackQueue start(SharedQueue shared, RelayQueue local) {
        var queue = new FallbackQueue(shared, local);
        local.open(Runnable::run, (id, accepted, state) -> queue.waiting.add(id));
        queue.mover.start();
        return queue;
    }

    // ---- accepting

    @Override
    public MessageSink sink() {
        MessageSink usual = shared.sink();
        MessageSink fallback = local.sink();
        return new MessageSink() {
            @Override
            public Admission admits(long declaredBytes) {
                return FallbackQueue.this.admits(declaredBytes);
            }

            @Override
            public Incoming begin(Executor loop) {
                return (shared.obstacle() == null ? usual : fallback).begin(loop);
            }
        };
    }

    @Override
    public Admission admits(long bytes) {
        return shared.obstacle() == null ? shared.admits(bytes) : local.admits(bytes);
    }

    @Override
    public Ulid append(Envelope envelope, byte[] content, Executor executor, CommitCallback callback) {
        return (shared.obstacle() == null ? shared : local).append(envelope, content, executor, callback);
    }

    // ---- moving

    private void run() {
        try {
            while (!closed) {
                if (shared.obstacle() != null) {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                    continue;
                }
                if (refused) {
                    refused = false;
                    TimeUnit.MILLISECONDS.sleep(REFUSED_MILLIS);
                }
                Ulid next = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    moving.acquire();
                    move(next);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the queue is closed");
        }
    }

    private void move(Ulid id) {
        try {
            QueuedMail mail = local.read(id);
            if (mail == null) {
                moving.release();
            } else {
                shared.takeOver(id, mail, local.state(id), Runnable::run, outcome -> moved(id, outcome));
            }
        } catch (IOException | RuntimeException e) {
            moving.release();
            LOG.error("id={} cannot be moved to the shared queue; the next start tries again", id, e);
        }
    }

    private void moved(Ulid id, CommitOutcome outcome) {
        if (outcome != CommitOutcome.STORED) {
            refused = true; // before the next one may begin
        }
        moving.release();
        if (outcome == CommitOutcome.STORED) {
            local.settle(id, "moved to the shared queue", Runnable::run, settled -> {});
            LOG.info("id={} moved to the shared queue", id);
        } else {
            waiting.add(id);
        }
    }

    // ---- delivering

    @Override
    public void open(Executor executor, Listener listener) {
        shared.open(executor, listener);
    }

    @Override
    public @Nullable QueuedMail read(Ulid id) throws IOException {
        return shared.read(id);
    }

    @Override
    public @Nullable DeliveryState state(Ulid id) {
        return shared.state(id);
    }

    @Override
    public void record(Ulid id, DeliveryState state, Executor executor, CommitCallback callback) {
        shared.record(id, state, executor, callback);
    }

    @Override
    public void recordProgress(Ulid id, DeliveryState state) {
        shared.recordProgress(id, state);
    }

    @Override
    public void settle(Ulid id, String reason, Executor executor, CommitCallback callback) {
        shared.settle(id, reason, executor, callback);
    }

    @Override
    public void takeOver(
            Ulid id, QueuedMail mail, @Nullable DeliveryState state, Executor executor, CommitCallback callback) {
        shared.takeOver(id, mail, state, executor, callback);
    }

    /** The messages of the shared queue, and those that wait to be moved there. */
    @Override
    public int size() {
        return shared.size() + local.size();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public int workers() {
        return shared.workers();
    }

    @Override
    public int room() {
        return shared.room();
    }

    /** Messages that wait to be moved are not in it. */
    @Override
    public @Nullable QueueAdministration administration() {
        return shared.administration();
    }

    @Override
    public @Nullable String obstacle() {
        return shared.obstacle();
    }

    @Override
    public void close() {
        closed = true;
        mover.interrupt();
        try {
            mover.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shared.close();
    }
}
