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
 * Writes standard output and standard error, in the order of the calls, on a thread of its own. So a paused terminal or
 * an unread pipe does not block the loop. A caller with much to write must wait while {@link #isBehind} returns true.
 *
 * <p>Only the loop's thread may add bytes. It must not change an array after passing it in.
 */
final class Console {
    private static final long HIGH_BYTES = 1024 * 1024;
    private static final long LOW_BYTES = 256 * 1024;
    private static final byte[] NOTHING = {};

    /** Bytes and the stream that they go to. */
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

    /** Calls {@code changed} on the writing thread when it has caught up or when the output has failed. */
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
            behind = true; // set before the piece is queued, so that the writer sees it no later than the piece
        }
        queue.add(piece);
    }

    /** Whether too much output is waiting to be written, so that the caller should add no more. */
    boolean isBehind() {
        return behind;
    }

    /** Why standard output failed, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Waits until everything is written, at most {@code timeout}. Nothing may be added from now on. */
    void finish(Duration timeout) throws InterruptedException {
        queue.add(end);
        writer.join(timeout.toMillis());
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
            Thread.currentThread().interrupt(); // no code interrupts this thread; if it did, the thread should stop
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
        if (stream == out) { // a failure of standard error cannot be reported anywhere
            failure = e;
            changed.run();
        }
    }
}
