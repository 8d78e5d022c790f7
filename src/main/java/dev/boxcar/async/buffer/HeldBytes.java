// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.buffer;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes that the channels of one loop hold: input that they may not dispatch yet, and output that is not
 * sent yet. Each channel has limits of its own. When all channels together hold much, each may hold less. When peers
 * refuse too much output, that is, do not read it, some channels are closed.
 *
 * <p>Confined to the loop thread.
 */
public final class HeldBytes {
    /** The channels hold much when they hold more than a 64th of the heap. */
    private static final int MUCH_OF_HEAP = 64;
    /**
     * Channels are closed when refused output takes more than a 32nd of the heap. Several loops may reach this limit at
     * the same time.
     */
    private static final int TOO_MUCH_OF_HEAP = 32;
    /** While the channels hold much, a read takes a 16th of its usual maximum. */
    private static final int READ_FRACTION = 16;
    /** While the channels hold much, a channel with more output than this does not read. */
    public static final int LITTLE = 4 * 1024;

    /** A channel that holds bytes. */
    public interface Holder {
        /**
         * Closes the channel, because all peers together refuse too much output, and the channel's own peer accepts
         * none.
         */
        void giveUp();
    }

    private final long much;
    private final long tooMuch;
    private long input;
    private long output;
    /** The part of the output that was offered to peers and not accepted. */
    private long refused;
    /**
     * The holders with more than {@link #LITTLE} bytes of refused output. The first one is the holder whose peer has
     * accepted none for the longest time.
     */
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

    /** The maximum bytes of a read whose usual maximum is {@code bytes}. */
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
     * The holder whose channel must be closed, or null. If peers refuse too much output, it is the holder whose peer
     * has accepted none for the longest time.
     */
    public @Nullable Holder excess() {
        return refused > tooMuch && !refusing.isEmpty() ? refusing.iterator().next() : null;
    }

    /** The bytes that one channel holds. */
    public final class Share {
        private long ownInput;
        private long ownOutput;
        private long ownRefused;

        /**
         * Sets the bytes that {@code holder}, to which this share belongs, holds now.
         *
         * @param refusedBytes the part of the output that was offered to the peer and not accepted: all of it or 0
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
