// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.relay.queue.TlsDemandField;
import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.server.port.MessageSink;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages into the queue, for the recipients that the expansion gives them, but refuses those that have passed a
 * hundred servers: they go round in circles (RFC 5321 §6.3). Notes in the envelope that a message has the field
 * {@code TLS-Required: no} (RFC 8689 §3). Any thread; each {@link Incoming} is confined to the loop of its session.
 */
public final class RelaySink implements MessageSink {
    private static final int MAX_RECEIVED = 100;
    private static final Reply TOO_MANY_HOPS = Reply.of(554, "5.4.6", "too many Received fields: the message loops");

    private final MessageSink queue;
    private volatile UnaryOperator<Envelope> expansion;

    /** A sink for the messages of this queue, with these recipients in place of those that the client named. */
    public RelaySink(MessageSink queue, UnaryOperator<Envelope> expansion) {
        this.queue = queue;
        this.expansion = expansion;
    }

    /** Replaces the expansion, from the next message on. */
    public void replace(UnaryOperator<Envelope> other) {
        expansion = other;
    }

    @Override
    public Admission admits(long declaredBytes) {
        return queue.admits(declaredBytes);
    }

    @Override
    public Incoming begin(Executor loop) {
        return new CountedMessage(queue.begin(loop));
    }

    private final class CountedMessage implements Incoming {
        private final Incoming inner;
        private final ReceivedCounter received = new ReceivedCounter();
        private final TlsRequiredScan tlsRequired = new TlsRequiredScan();

        CountedMessage(Incoming inner) {
            this.inner = inner;
        }

        @Override
        public String id() {
            return inner.id();
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            received.add(bytes, from, to);
            tlsRequired.add(bytes, from, to);
            inner.write(bytes, from, to);
        }

        @Override
        public boolean mayTake() {
            return inner.mayTake();
        }

        @Override
        public void whenRoom(Runnable resume) {
            inner.whenRoom(resume);
        }

        @Override
        public @Nullable Reply refusal() {
            return received.count() > MAX_RECEIVED ? TOO_MANY_HOPS : inner.refusal();
        }

        @Override
        public void commit(Envelope envelope, CommitCallback done) {
            Envelope expanded = expansion.apply(envelope);
            inner.commit(tlsRequired.isNo() ? TlsDemandField.waivedIn(expanded) : expanded, done);
        }

        @Override
        public void abandon() {
            inner.abandon();
        }
    }
}
