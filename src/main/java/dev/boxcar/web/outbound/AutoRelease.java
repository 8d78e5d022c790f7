// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Releases messages without being asked, one at a time and in the order in which they arrive. A message that the server
 * does not accept is logged and not tried again. The queue holds at most {@value #MAX_QUEUED} messages; when it is
 * full, a message is dropped, counted and logged. {@link #release} may be called on any thread and never blocks.
 * Everything else runs on one thread of its own.
 */
public final class AutoRelease implements AutoCloseable {
    static final int MAX_QUEUED = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(AutoRelease.class);
    /** How long {@link #close} waits for queued messages. */
    private static final long CLOSE_SECONDS = 3;

    private final String name;
    private final MessageRelease server;
    private final Messages messages;
    private final ThreadPoolExecutor thread;
    private final AtomicLong released = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /** Finds stored messages. */
    @FunctionalInterface
    public interface Messages {
        /** The message with this id, or null if it was deleted. */
        @Nullable
        SpoolRecord find(Ulid id) throws IOException;
    }

    /** Releases to {@code server}; {@code name} stands in the log. */
    public AutoRelease(String name, MessageRelease server, Messages messages) {
        this.name = name;
        this.server = server;
        this.messages = messages;
        this.thread = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_QUEUED), task -> {
            var daemon = new Thread(task, "boxcar-" + name);
            daemon.setDaemon(true);
            return daemon;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Queues a message for the recipients that the server's rules permit. Does nothing if there are none. */
    public void release(Ulid id, List<Mailbox> recipients) {
        List<Mailbox> permitted = recipients.stream()
                .distinct()
                .filter(mailbox -> server.isAllowed(mailbox) && !server.isBlocked(mailbox))
                .toList();
        if (permitted.isEmpty()) {
            return;
        }
        try {
            thread.execute(() -> send(id, permitted));
        } catch (java.util.concurrent.RejectedExecutionException e) {
            fail(id, "the queue is full or closed");
        }
    }

    private void send(Ulid id, List<Mailbox> recipients) {
        try {
            SpoolRecord record = messages.find(id);
            if (record == null) {
                return; // deleted in the meantime
            }
            List<String> problems = server.send(record, recipients);
            if (problems.isEmpty()) {
                released.incrementAndGet();
                LOG.info("{} id={} server={} recipients={}", name, id, server.server(), recipients.size());
            } else {
                fail(id, String.join("; ", problems));
            }
        } catch (IOException e) {
            fail(id, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failed.incrementAndGet();
            LOG.error("{} id={} failed", name, id, e);
        }
    }

    private void fail(Ulid id, String reason) {
        failed.incrementAndGet();
        LOG.warn("{} id={} server={} failed reason=\"{}\"", name, id, server.server(), reason);
    }

    /** The number of messages that the server has accepted for all recipients. */
    public long released() {
        return released.get();
    }

    /** The number of messages that were dropped, or not accepted for all recipients. */
    public long failed() {
        return failed.get();
    }

    /** Takes no more messages, and waits a moment for the queued ones. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                int remaining = thread.shutdownNow().size();
                LOG.warn("{} dropped={} reason=\"closed before they were sent\"", name, remaining);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
