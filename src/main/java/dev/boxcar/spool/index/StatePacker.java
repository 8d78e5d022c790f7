// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.format.RecordLocation;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses the states that are kept in memory: a queue of 100,000 messages has as many, several hundred bytes each,
 * and their lines resemble each other. Any thread.
 */
final class StatePacker {
    /** A shorter text stays as it is. */
    private static final int MIN_BYTES = 128;
    /** What states often have, most frequent last; both sides must use the same. */
    private static final byte[] DICTIONARY = ("Held: yes\nWarned: yes\nReturned: yes\n"
                    + "connection refused connection timed out the server closed the connection 421 4.7.0 550 5.1.1 "
                    + "451 4.3.0 452 4.2.2 mailbox full 450 4.2.0 greylisted, try again later\n"
                    + "Namespace: relay\nAttempts: 1\nNext: 2026-11-30T00:00:00.000Z\n"
                    + "Pending: 0 4.4.1 Pending: 0 4.2.1 450 4.2.1 \nAttempt: 2026-11-30T00:00:00.000Z mx.example.com:25 ")
            .getBytes(US_ASCII);

    /** Idle deflaters: each has memory outside of the heap, and is expensive to make. At most one per thread. */
    private final ConcurrentLinkedQueue<Deflater> deflaters = new ConcurrentLinkedQueue<>();

    /** The same for the other direction. */
    private final ConcurrentLinkedQueue<Inflater> inflaters = new ConcurrentLinkedQueue<>();

    KeyValueText unpack(MessageState state) {
        return KeyValueText.parse(state.length() == 0 ? state.packed() : inflated(state.packed(), state.length()));
    }

    MessageState pack(RecordLocation location, KeyValueText text) {
        byte[] plain = text.bytes();
        if (plain.length < MIN_BYTES) {
            return new MessageState(location, plain, 0);
        }
        Deflater deflater = deflaters.poll();
        if (deflater == null) {
            deflater = new Deflater(Deflater.BEST_SPEED, true);
        } else {
            deflater.reset();
        }
        deflater.setDictionary(DICTIONARY);
        deflater.setInput(plain);
        deflater.finish();
        var target = new byte[plain.length];
        int bytes = deflater.deflate(target);
        boolean isSmaller = deflater.finished();
        deflaters.add(deflater);
        return isSmaller
                ? new MessageState(location, Arrays.copyOf(target, bytes), plain.length)
                : new MessageState(location, plain, 0);
    }

    private byte[] inflated(byte[] bytes, int length) {
        Inflater pooled = inflaters.poll();
        Inflater inflater = pooled == null ? new Inflater(true) : pooled;
        try {
            inflater.reset();
            inflater.setDictionary(DICTIONARY);
            inflater.setInput(bytes);
            var plain = new byte[length];
            if (inflater.inflate(plain) != length) {
                throw new IllegalStateException("a packed state is too short");
            }
            return plain;
        } catch (DataFormatException e) {
            throw new IllegalStateException("a packed state is damaged", e);
        } finally {
            inflaters.add(inflater);
        }
    }
}
