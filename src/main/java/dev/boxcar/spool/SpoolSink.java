// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import java.util.concurrent.Executor;

/**
 * Takes messages from SMTP sessions into a spool. On the event loop it only copies bytes into slabs and queues the
 * message.
 *
 * <p>Any thread; each {@link Incoming} is confined to the loop of its session.
 */
public final class SpoolSink implements MessageSink {
    private final Spool spool;

    /** A sink for {@code spool}, which the caller closes. */
    public SpoolSink(Spool spool) {
        this.spool = spool;
    }

    @Override
    public Admission admits(long declaredBytes) {
        return spool.admits(declaredBytes);
    }

    @Override
    public Incoming begin(Executor loop) {
        return new IncomingMessage(spool, loop);
    }

    private static final class IncomingMessage implements Incoming {
        private final Spool spool;
        private final Executor loop;
        private final Ulid ulid;
        private final String id;
        private final IncomingBody body;
        private boolean ended;

        IncomingMessage(Spool spool, Executor loop) {
            this.spool = spool;
            this.loop = loop;
            this.ulid = spool.newId();
            this.id = ulid.toString();
            this.body = spool.newBody(ulid);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void write(byte[] bytes, int from, int to) {
            requireNotEnded();
            body.write(bytes, from, to);
        }

        @Override
        public boolean mayTake() {
            return ended || body.isWritable();
        }

        @Override
        public void whenRoom(Runnable resume) {
            body.whenWritable(loop, resume);
        }

        @Override
        public void commit(Envelope envelope, CommitCallback done) {
            requireNotEnded();
            ended = true;
            spool.append(ulid, envelope, body, loop, done);
        }

        @Override
        public void abandon() {
            requireNotEnded();
            ended = true;
            body.release();
        }

        private void requireNotEnded() {
            if (ended) {
                throw new IllegalStateException("message " + id + " is already committed or abandoned");
            }
        }
    }
}
