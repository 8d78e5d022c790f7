// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.body.BodyFileWriter;
import dev.boxcar.relay.artemis.body.BodyStore;
import dev.boxcar.relay.artemis.body.StoredBody;
import dev.boxcar.smtp.CommitCallback;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.server.port.MessageSink;
import dev.boxcar.spool.Ulid;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail that a client sends: its first bytes are in memory; when there are too many, all go to a file. Confined to the
 * loop of its session.
 */
final class IncomingMail implements MessageSink.Incoming {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingMail.class);

    /** Sends a mail whose bytes are complete. Any thread. */
    interface Dispatch {
        void send(Ulid id, Envelope envelope, StoredBody body, Executor executor, CommitCallback callback);
    }

    private final Ulid id;
    private final Executor loop;
    private final BodyStore store;
    private final Executor writers;
    private final Dispatch dispatch;
    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private int reserved;
    private @Nullable BodyFileWriter file;
    private @Nullable Path path;
    private @Nullable Runnable resume;
    private long length;
    private boolean ended;

    IncomingMail(Ulid id, Executor loop, BodyStore store, Executor writers, Dispatch dispatch) {
        this.id = id;
        this.loop = loop;
        this.store = store;
        this.writers = writers;
        this.dispatch = dispatch;
    }

    @Override
    public String id() {
        return id.toString();
    }

    @Override
    public void write(byte[] bytes, int from, int to) {
        requireNotEnded();
        int more = to - from;
        length += more;
        if (file != null) {
            file.add(Arrays.copyOfRange(bytes, from, to));
        } else if (length <= BodyStore.MAX_IN_MEMORY && store.reserve(more)) {
            reserved += more;
            memory.write(bytes, from, more);
        } else {
            BodyFileWriter begun = beginFile();
            begun.add(Arrays.copyOfRange(bytes, from, to));
        }
    }

    private BodyFileWriter beginFile() {
        Path newFile = store.newFile();
        var begun = new BodyFileWriter(newFile, writers);
        path = newFile;
        file = begun;
        begun.add(memory.toByteArray());
        memory = new ByteArrayOutputStream(0);
        freeMemory();
        return begun;
    }

    private void freeMemory() {
        store.free(reserved);
        reserved = 0;
    }

    @Override
    public boolean mayTake() {
        return file == null || ended || file.hasRoom(this::resumeOnLoop);
    }

    @Override
    public void whenRoom(Runnable newResume) {
        resume = newResume;
    }

    /** On any thread. */
    private void resumeOnLoop() {
        try {
            loop.execute(() -> {
                if (resume != null) {
                    resume.run();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("id={} the server has stopped", id);
        }
    }

    @Override
    public void commit(Envelope envelope, CommitCallback done) {
        requireNotEnded();
        ended = true;
        BodyFileWriter begun = file;
        Path written = path;
        if (begun == null || written == null) {
            byte[] all = memory.toByteArray();
            dispatch.send(id, envelope, store.inMemory(all), loop, done);
            return;
        }
        long all = length;
        begun.finish(failure -> {
            if (failure == null) {
                dispatch.send(id, envelope, store.inFile(written, all), loop, done);
            } else {
                loop.execute(() -> done.complete(CommitOutcome.NO_ROOM));
            }
        });
    }

    @Override
    public void abandon() {
        requireNotEnded();
        ended = true;
        if (file != null) {
            file.abandon();
        }
        freeMemory();
    }

    private void requireNotEnded() {
        if (ended) {
            throw new IllegalStateException("message " + id + " is already committed or abandoned");
        }
    }
}
