// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of small messages that were accepted just now, so that the first attempt need not read them from the disk.
 *
 * <p>Promise: it never holds more than its limit. When it is full, new messages are left out, because those that it has
 * are sent before them. A message that waits long is dropped: it is read from the disk when its turn comes. Any thread.
 */
final class RecentBodies {
    /** What an entry costs besides its bytes. */
    private static final int ENTRY_BYTES = 256;

    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long maxBytes;
    private final BodyBuffers buffers;
    private final LongSupplier nanoClock;
    /** In the order of acceptance. Guarded by this. */
    private final Map<Ulid, Body> bodies = new LinkedHashMap<>();

    private long heldBytes;

    private record Body(MailBytes bytes, long sinceNanos) {
        long cost() {
            return (long) bytes.array().length + ENTRY_BYTES;
        }
    }

    /** Bodies of at most this many bytes together. */
    RecentBodies(long maxBytes, BodyBuffers buffers, LongSupplier nanoClock) {
        this.maxBytes = maxBytes;
        this.buffers = buffers;
        this.nanoClock = nanoClock;
    }

    /** Copies the bytes of a message that is still in memory, if there is room for them. */
    void add(SpoolRecord record) {
        long length = record.bodyLength();
        if (length > MailBytes.MAX_LENGTH || !hasRoomFor(BodyBuffers.capacity((int) length) + ENTRY_BYTES)) {
            return;
        }
        try (InputStream in = record.body()) {
            MailBytes bytes = buffers.take((int) length);
            if (in.readNBytes(bytes.array(), 0, bytes.length()) == bytes.length()) {
                add(record.id(), new Body(bytes, nanoClock.getAsLong()));
            }
        } catch (IOException e) {
            // the attempt reads the message from the disk, and reports what is wrong with it
            assert e != null;
        }
    }

    private synchronized boolean hasRoomFor(long cost) {
        Iterator<Body> oldest = bodies.values().iterator();
        while (oldest.hasNext()) {
            Body body = oldest.next();
            if (nanoClock.getAsLong() - body.sinceNanos() < MAX_AGE_NANOS) {
                break;
            }
            oldest.remove();
            heldBytes -= body.cost();
            buffers.giveBack(body.bytes());
        }
        return heldBytes + cost <= maxBytes;
    }

    private synchronized void add(Ulid id, Body body) {
        bodies.put(id, body);
        heldBytes += body.cost();
    }

    /** Removes the bytes of a message and returns them; null if it is not here. */
    synchronized @Nullable MailBytes take(Ulid id) {
        Body body = bodies.remove(id);
        if (body == null) {
            return null;
        }
        heldBytes -= body.cost();
        return body.bytes();
    }

    /** Gives up the bytes of a message, if it has them: they are read from the disk from now on. */
    void forget(Ulid id) {
        MailBytes bytes = take(id);
        if (bytes != null) {
            buffers.giveBack(bytes);
        }
    }

    /** How many bytes it holds. */
    synchronized long heldBytes() {
        return heldBytes;
    }
}
