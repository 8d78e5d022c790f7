// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the chats of one loop hold: input that their gates keep back, and output that their peers do not take.
 * Each is bounded for itself; when all of them hold much, each may hold less, and when peers leave too much untaken,
 * some of them have to go. Confined to the loop thread.
 */
final class HeldBytes {
    /** Of the heap, so much is much, */
    private static final int MUCH_OF_HEAP = 64;
    /** and so much output is too much; some loops may come to it at the same time. */
    private static final int TOO_MUCH_OF_HEAP = 32;
    /** When it is much, one read takes this fraction of what it may take else. */
    private static final int READ_FRACTION = 16;
    /** When it is much, a peer that left so many bytes untaken is not heard. */
    static final int LITTLE = 4 * 1024;

    private final long much;
    private final long tooMuch;
    private long input;
    private long output;
    /** Of the output, what peers were offered and do not take; the rest waits for what is to be said before it. */
    private long refused;
    /** More than a little of each of these is left untaken; the first one's peer has taken none for the longest. */
    private final Set<AsyncChat> untaken = new LinkedHashSet<>();

    HeldBytes(long heapBytes) {
        this.much = heapBytes / MUCH_OF_HEAP;
        this.tooMuch = heapBytes / TOO_MUCH_OF_HEAP;
    }

    /** Whether each chat has to hold less than it might. */
    boolean areMany() {
        return input + output > much;
    }

    /** What one read takes of the {@code bytes} that it might take. */
    int readBytes(int bytes) {
        return areMany() ? bytes / READ_FRACTION : bytes;
    }

    long bytes() {
        return input + output;
    }

    /** The share of one chat, which is nothing yet. */
    Share share() {
        return new Share();
    }

    /**
     * Who is to be given up: where peers leave too much untaken, the chat whose peer has taken none for the longest;
     * else null.
     */
    @Nullable
    AsyncChat excess() {
        return refused > tooMuch && !untaken.isEmpty() ? untaken.iterator().next() : null;
    }

    /** What one chat holds. */
    final class Share {
        private long ownInput;
        private long ownOutput;
        private long ownRefused;

        /**
         * Counts what {@code chat}, whose share it is, holds now.
         *
         * @param refusedBytes of the output, what its peer was offered and does not take: all or nothing
         */
        void count(AsyncChat chat, long inputBytes, long outputBytes, long refusedBytes) {
            if (refusedBytes < ownRefused && ownRefused > LITTLE) {
                untaken.remove(chat);
            }
            if (refusedBytes > LITTLE) {
                untaken.add(chat); // whoever stands there keeps its place
            }
            input += inputBytes - ownInput;
            output += outputBytes - ownOutput;
            refused += refusedBytes - ownRefused;
            ownInput = inputBytes;
            ownOutput = outputBytes;
            ownRefused = refusedBytes;
        }
    }
}
