// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wraps a sink and counts its calls, so that a test can wait for events on the server's side. Any thread. */
public final class WatchedSink implements MessageSink {
    private static final long TIMEOUT_SECONDS = 10;

    /** The loop and the thread on which a message started. */
    public record Start(Executor loop, Thread thread) {}

    private final MessageSink sink;
    private final List<Start> starts = new CopyOnWriteArrayList<>();
    private final Semaphore started = new Semaphore(0);
    private final Semaphore committed = new Semaphore(0);
    private final Semaphore abandoned = new Semaphore(0);

    /** Wraps {@code sink}. */
    public WatchedSink(MessageSink sink) {
        this.sink = sink;
    }

    /** The start of each message, in order. */
    public List<Start> starts() {
        return starts;
    }

    /** Waits until this number of further messages have started. */
    public void awaitStarted(int messages) throws InterruptedException {
        await(started, messages, "started");
    }

    /** Waits until this number of further messages were committed. */
    public void awaitCommitted(int messages) throws InterruptedException {
        await(committed, messages, "committed");
    }

    /** Waits until this number of further messages were abandoned. */
    public void awaitAbandoned(int messages) throws InterruptedException {
        await(abandoned, messages, "abandoned");
    }

    private static void await(Semaphore events, int number, String what) throws InterruptedException {
        if (!events.tryAcquire(number, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "expected " + number + " messages " + what + ", found " + events.availablePermits());
        }
    }

    @Override
    public Admission admits(long declaredBytes) {
        return sink.admits(declaredBytes);
    }

    @Override
    public Incoming begin(Executor loop) {
        Incoming incoming = sink.begin(loop);
        starts.add(new Start(loop, Thread.currentThread()));
        started.release();
        return new Incoming() {
            @Override
            public String id() {
                return incoming.id();
            }

            @Override
            public void write(byte[] bytes, int from, int to) {
                incoming.write(bytes, from, to);
            }

            @Override
            public boolean mayTake() {
                return incoming.mayTake();
            }

            @Override
            public void whenRoom(Runnable resume) {
                incoming.whenRoom(resume);
            }

            @Override
            public void commit(Envelope envelope, CommitCallback done) {
                incoming.commit(envelope, done);
                committed.release();
            }

            @Override
            public void abandon() {
                incoming.abandon();
                abandoned.release();
            }
        };
    }
}
