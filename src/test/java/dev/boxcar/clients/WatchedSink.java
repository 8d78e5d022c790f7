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

/** Another sink, and what it was asked: a test waits here for what only the server's side knows. Any thread. */
public final class WatchedSink implements MessageSink {
    private static final long PATIENCE_SECONDS = 10;

    /** Where a message began. */
    public record Beginning(Executor loop, Thread thread) {}

    private final MessageSink sink;
    private final List<Beginning> beginnings = new CopyOnWriteArrayList<>();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore committed = new Semaphore(0);
    private final Semaphore abandoned = new Semaphore(0);

    /** Watches {@code sink}. */
    public WatchedSink(MessageSink sink) {
        this.sink = sink;
    }

    /** Where each message began, in order. */
    public List<Beginning> beginnings() {
        return beginnings;
    }

    /** Waits until so many more messages have begun. */
    public void awaitBegun(int messages) throws InterruptedException {
        await(begun, messages, "begun");
    }

    /** Waits until so many more messages were handed over. */
    public void awaitCommitted(int messages) throws InterruptedException {
        await(committed, messages, "handed over");
    }

    /** Waits until so many more messages were given up. */
    public void awaitAbandoned(int messages) throws InterruptedException {
        await(abandoned, messages, "given up");
    }

    private static void await(Semaphore events, int number, String what) throws InterruptedException {
        if (!events.tryAcquire(number, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("of " + number + " messages only " + events.availablePermits() + " were " + what);
        }
    }

    @Override
    public Admission admits(long declaredBytes) {
        return sink.admits(declaredBytes);
    }

    @Override
    public Incoming begin(Executor loop) {
        Incoming incoming = sink.begin(loop);
        beginnings.add(new Beginning(loop, Thread.currentThread()));
        begun.release();
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
