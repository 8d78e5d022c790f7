// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.buffer;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that the channels of one loop hold: input that they may not dispatch yet, and output that is not
 * sent yet. Each channel has limits of its own. When all channels together hold much, each may hold less. When peers
 * leave too much output untaken, some channels are closed.
 *
 * <p>Confined to the loop thread.
 */
public final class HeldBytes {
    /** This fraction of the heap counts as much. */
    private static final int MUCH_OF_HEAP = 64;
    /** This fraction of the heap, in untaken output, is too much. Several loops may reach it at the same time. */
    private static final int TOO_MUCH_OF_HEAP = 32;
    /** While much is held, a read takes this fraction of what it takes otherwise. */
    private static final int READ_FRACTION = 16;
    /** While much is held, a channel with more output than this does not read. */
    public static final int LITTLE = 4 * 1024;

    /** A channel that holds bytes. */
    public interface Holder {
        /** Closes the channel, because too much is held in all and its peer takes nothing. */
        void giveUp();
    }

    private final long much;
    private final long tooMuch;
    private long input;
    private long output;
    /** The part of the output that peers were offered and did not take. */
    private long refused;
    /** The holders with more than a little refused output; the first one's peer has taken none for the longest time. */
    private final Set<Holder> refusing = new LinkedHashSet<>();

    /** Sets the limits by the size of the heap. */
    public HeldBytes(long heapBytes) {
        this.much = heapBytes / MUCH_OF_HEAP;
        this.tooMuch = heapBytes / TOO_MUCH_OF_HEAP;
    }

    /** Whether much is held, so that each channel must hold less than it could otherwise. */
    public boolean isMuch() {
        return input + output > much;
    }

    /** How many bytes a read may take that could take {@code bytes} otherwise. */
    public int readBytes(int bytes) {
        return isMuch() ? bytes / READ_FRACTION : bytes;
    }

    /** How many bytes are held in all. */
    public long bytes() {
        return input + output;
    }

    /** A share for one channel, with nothing in it yet. */
    public Share share() {
        return new Share();
    }

    /**
     * The holder to give up: if peers leave too much untaken, the holder whose peer has taken none for the longest
     * time, otherwise null.
     */
    public @Nullable Holder excess() {
        return refused > tooMuch && !refusing.isEmpty() ? refusing.iterator().next() : null;
    }

    /** What one channel holds. */
    public final class Share {
        private long ownInput;
        private long ownOutput;
        private long ownRefused;

        /**
         * Counts what {@code holder}, to which this share belongs, holds now.
         *
         * @param refusedBytes the part of the output that the peer was offered and did not take: all of it or 0
         */
        public void count(Holder holder, long inputBytes, long outputBytes, long refusedBytes) {
            if (refusedBytes < ownRefused && ownRefused > LITTLE) {
                refusing.remove(holder);
            }
            if (refusedBytes > LITTLE) {
                refusing.add(holder); // a holder that is in the set keeps its place
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
