// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Measures how long a spool takes to open, and the heap of its index. */
final class StartTime {
    private static final int MOST_WAITING = 1_000;

    private StartTime() {}

    /**
     * Arguments: the number of messages (100000), and their size in bytes (10700, so 1 GiB in all). Drop the system's
     * cache between runs to measure the disk.
     */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_700;
        Path directory = Files.createTempDirectory(Path.of("target"), "bench-start");
        var options = SpoolOptions.DEFAULTS.withSync(Sync.NONE);
        fill(directory, options, messages, bytes);
        long heapBefore = heap();
        long began = System.nanoTime();
        try (SegmentSpool spool = SegmentSpool.open(directory, options, Throwable::printStackTrace)) {
            double opened = (System.nanoTime() - began) / 1e9;
            long index = (heap() - heapBefore) / messages;
            began = System.nanoTime();
            Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE).close();
            double listed = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%d messages, %.2f GiB: open after %.2f s, in the inbox %.2f s later, index %d bytes per message%n",
                    spool.ids().size(), (double) messages * bytes / (1 << 30), opened, listed, index);
        }
    }

    private static void fill(Path directory, SpoolOptions options, int messages, int bytes) throws Exception {
        byte[] text = "Session: s1\nFrom: <a@bench.example>\nTo: <b@bench.example>\n".getBytes(US_ASCII);
        byte[] message = "x".repeat(bytes).getBytes(US_ASCII);
        try (SegmentSpool spool = SegmentSpool.open(directory, options, Throwable::printStackTrace)) {
            var room = new Semaphore(MOST_WAITING);
            for (int i = 0; i < messages; i++) {
                room.acquire();
                Ulid id = spool.newId();
                IncomingBody body = spool.newBody(id);
                body.write(message, 0, message.length);
                spool.append(id, Envelope.of(text, text.length), body, Runnable::run, outcome -> room.release());
            }
            room.acquire(MOST_WAITING);
        }
    }

    private static long heap() throws InterruptedException {
        System.gc();
        Thread.sleep(200);
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
