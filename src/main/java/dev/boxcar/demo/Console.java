// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Standard output and standard error, in one order, written on a thread of their own: a terminal that is held, or a
 * pipe that nobody reads, does not stop the loop. Whoever has much to say asks {@link #isBehind} first and waits.
 *
 * <p>Bytes are handed over on one thread, the loop's; what is handed over is not changed any more.
 */
final class Console {
    private static final long HIGH_BYTES = 1024 * 1024;
    private static final long LOW_BYTES = 256 * 1024;
    private static final byte[] NOTHING = {};

    /** Some bytes, and where they go. */
    private static final class Piece {
        final OutputStream stream;
        final byte[] bytes;

        Piece(OutputStream stream, byte[] bytes) {
            this.stream = stream;
            this.bytes = bytes;
        }
    }

    private final OutputStream out;
    private final OutputStream err;
    private final Piece end;
    private final Runnable changed;
    private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Thread writer = new Thread(this::write, "console");
    private volatile boolean behind;
    private volatile @Nullable IOException failure;

    private Console(OutputStream out, OutputStream err, Runnable changed) {
        this.out = new BufferedOutputStream(out);
        this.err = new BufferedOutputStream(err);
        this.end = new Piece(this.err, NOTHING);
        this.changed = changed;
    }

    /** {@code changed} is called on the writing thread when it has caught up, or when the output failed. */
    static Console open(OutputStream out, OutputStream err, Runnable changed) {
        var console = new Console(out, err, changed);
        console.writer.setDaemon(true);
        console.writer.start();
        return console;
    }

    void out(byte[] bytes) {
        add(new Piece(out, bytes));
    }

    void err(byte[] bytes) {
        add(new Piece(err, bytes));
    }

    private void add(Piece piece) {
        if (waitingBytes.addAndGet(piece.bytes.length) > HIGH_BYTES) {
            behind = true; // before the piece is there, so that the writer sees it with the piece at the latest
        }
        queue.add(piece);
    }

    /** Whether so much waits to be written that no more should come. */
    boolean isBehind() {
        return behind;
    }

    /** Why nothing can be written to the output any more, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Waits until all is written, at most for {@code patience}; nothing may be handed over from now on. */
    void finish(Duration patience) throws InterruptedException {
        queue.add(end);
        writer.join(patience.toMillis());
    }

    private void write() {
        try {
            OutputStream last = out;
            for (Piece piece = queue.take(); piece != end; piece = queue.take()) {
                if (piece.stream != last) {
                    flush(last);
                    last = piece.stream;
                }
                write(piece);
                if (queue.isEmpty()) {
                    flush(last);
                }
                if (waitingBytes.addAndGet(-piece.bytes.length) <= LOW_BYTES && behind) {
                    behind = false;
                    changed.run();
                }
            }
            flush(last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; it would mean to stop
        }
    }

    private void write(Piece piece) {
        try {
            if (failure == null || piece.stream == err) {
                piece.stream.write(piece.bytes);
            }
        } catch (IOException e) {
            failed(piece.stream, e);
        }
    }

    private void flush(OutputStream stream) {
        try {
            if (failure == null || stream == err) {
                stream.flush();
            }
        } catch (IOException e) {
            failed(stream, e);
        }
    }

    private void failed(OutputStream stream, IOException e) {
        if (stream == out) { // of standard error that is lost there is nobody to tell
            failure = e;
            changed.run();
        }
    }
}
