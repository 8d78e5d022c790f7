// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import java.util.concurrent.Executor;

/**
 * Takes messages into a spool. What a loop does here: copy bytes into slabs, and put the message into a queue.
 *
 * <p>Any thread; each {@link Incoming} is confined to its session's loop.
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
        return new Arrival(spool, loop);
    }

    private static final class Arrival implements Incoming {
        private final Spool spool;
        private final Executor loop;
        private final Ulid ulid;
        private final String id;
        private final IncomingBody body;
        private boolean ended;

        Arrival(Spool spool, Executor loop) {
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
            checkGoingOn();
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
            checkGoingOn();
            ended = true;
            spool.append(ulid, envelope, body, loop, done);
        }

        @Override
        public void abandon() {
            checkGoingOn();
            ended = true;
            body.release();
        }

        private void checkGoingOn() {
            if (ended) {
                throw new IllegalStateException("message " + id + " is committed or abandoned already");
            }
        }
    }
}
