// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a body to a file on other threads, in pieces. One thread adds the pieces and ends the body; its calls return
 * at once. At most one piece is written at a time.
 */
public final class BodyFileWriter {
    /** What becomes of the file. */
    private enum End {
        OPEN,
        FINISHED,
        ABANDONED
    }

    /** Is told once whether the file has all pieces, on a thread that may block. */
    @FunctionalInterface
    public interface Result {
        /** {@code failure} is null if it has. */
        void ended(@Nullable IOException failure);
    }

    private static final Logger LOG = LoggerFactory.getLogger(BodyFileWriter.class);
    /** When so much waits to be written, the client must wait. */
    private static final int MAX_WAITING = 512 * 1024;

    private final Path file;
    private final Executor writers;

    // guarded by this; never held while a file is written
    private final Deque<byte[]> pieces = new ArrayDeque<>();
    private int waiting;
    private boolean running;
    private End end = End.OPEN;
    private @Nullable Result result;
    private @Nullable Runnable whenRoom;

    // confined to the task that writes
    private @Nullable FileChannel channel;
    private @Nullable IOException failure;

    /** A writer of this file, which does not exist yet, on these threads. */
    public BodyFileWriter(Path file, Executor writers) {
        this.file = file;
        this.writers = writers;
    }

    /** Adds bytes, which the caller must not change afterwards. */
    public void add(byte[] bytes) {
        synchronized (this) {
            pieces.add(bytes);
            waiting += bytes.length;
        }
        begin();
    }

    /** Whether little enough waits to be written. If not, the task runs once as soon as that is so, on any thread. */
    public synchronized boolean hasRoom(Runnable otherwiseLater) {
        if (hasRoom()) {
            return true;
        }
        whenRoom = otherwiseLater;
        return false;
    }

    private boolean hasRoom() {
        return waiting < MAX_WAITING;
    }

    /** No more pieces follow. */
    public void finish(Result then) {
        end(End.FINISHED, then);
    }

    /** Deletes the file. */
    public void abandon() {
        end(End.ABANDONED, null);
    }

    private void end(End how, @Nullable Result then) {
        synchronized (this) {
            end = how;
            result = then;
        }
        begin();
    }

    private void begin() {
        synchronized (this) {
            if (running) {
                return;
            }
            running = true;
        }
        writers.execute(this::write);
    }

    private void write() {
        while (true) {
            byte[] piece;
            synchronized (this) {
                piece = end == End.ABANDONED ? null : pieces.poll();
                if (piece == null && end == End.OPEN) {
                    running = false;
                    return;
                }
            }
            if (piece == null) {
                conclude();
                return;
            }
            write(piece);
            written(piece.length);
        }
    }

    private void write(byte[] piece) {
        if (failure != null) {
            return;
        }
        try {
            if (channel == null) {
                channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
            ByteBuffer bytes = ByteBuffer.wrap(piece);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void written(int length) {
        Runnable task = null;
        synchronized (this) {
            waiting -= length;
            if (hasRoom()) {
                task = whenRoom;
                whenRoom = null;
            }
        }
        if (task != null) {
            task.run();
        }
    }

    private void conclude() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        Result then;
        synchronized (this) {
            then = result;
        }
        if (then == null || failure != null) {
            BodyStore.delete(file);
        }
        if (failure != null) {
            LOG.error("a body cannot be written: {}", failure.toString());
        }
        if (then != null) {
            then.ended(failure);
        }
    }
}
