// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/**
 * Options of a spool of segments. Start from {@link #DEFAULTS} and change what differs. Immutable.
 *
 * @param sync when a message counts as stored
 * @param segmentBytes maximum size of a segment; a larger message gets a segment of its own
 * @param slabBytes maximum memory for all incoming bodies together
 * @param queueMessages maximum messages waiting for the writer; {@link Spool#admits} refuses more
 * @param queueBytes maximum bytes of messages waiting for the writer; {@link Spool#admits} refuses more
 * @param reserveBytes minimum free disk space; below it {@link Spool#admits} refuses messages
 * @param blobBytes a message with more bytes than this gets a file of its own
 * @param blobWriters number of threads that write such files
 * @param neededPercent a segment is compacted when less than this percentage of its bytes is still needed
 * @param damaged what happens to messages that are found damaged when the spool opens
 */
public record SpoolOptions(
        Sync sync,
        long segmentBytes,
        long slabBytes,
        int queueMessages,
        long queueBytes,
        long reserveBytes,
        long blobBytes,
        int blobWriters,
        int neededPercent,
        Damaged damaged) {
    private static final long MIB = 1024 * 1024;
    private static final long SEGMENT_BYTES = 64 * MIB;
    private static final long SLAB_BYTES =
            Math.max(8 * MIB, Runtime.getRuntime().maxMemory() / 4);
    private static final int QUEUE_MESSAGES = 100_000;
    private static final long RESERVE_BYTES = 64 * MIB;
    private static final int BLOB_WRITERS = 3;
    private static final int NEEDED_PERCENT = 50;

    /** What happens to messages whose header can be read and whose bytes are damaged or missing. */
    public enum Damaged {
        /** They are not found: they are no mail. */
        LEFT_OUT,
        /** They are found, and reading one fails with a {@link SpoolException}: their sender can be told. */
        FOUND
    }

    /**
     * {@code sync = group}, segments of 64 MiB, a quarter of the heap (at least 8 MiB) for incoming bodies and as much
     * for the queue, 64 MiB of disk space kept free, files of their own for messages over 1 MiB.
     */
    public static final SpoolOptions DEFAULTS = new SpoolOptions(
            Sync.GROUP,
            SEGMENT_BYTES,
            SLAB_BYTES,
            QUEUE_MESSAGES,
            SLAB_BYTES,
            RESERVE_BYTES,
            MIB,
            BLOB_WRITERS,
            NEEDED_PERCENT,
            Damaged.LEFT_OUT);

    /** Returns a copy with another {@link #sync}. */
    public SpoolOptions withSync(Sync other) {
        return new SpoolOptions(
                other,
                segmentBytes,
                slabBytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #segmentBytes}. */
    public SpoolOptions withSegmentBytes(long bytes) {
        return new SpoolOptions(
                sync,
                bytes,
                slabBytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #slabBytes}. */
    public SpoolOptions withSlabBytes(long bytes) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                bytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #queueMessages}. */
    public SpoolOptions withQueueMessages(int messages) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                messages,
                queueBytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #queueBytes}. */
    public SpoolOptions withQueueBytes(long bytes) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                queueMessages,
                bytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #reserveBytes}. */
    public SpoolOptions withReserveBytes(long bytes) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                queueMessages,
                queueBytes,
                bytes,
                blobBytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #blobBytes}. */
    public SpoolOptions withBlobBytes(long bytes) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                bytes,
                blobWriters,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #blobWriters}. */
    public SpoolOptions withBlobWriters(int threads) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                blobBytes,
                threads,
                neededPercent,
                damaged);
    }

    /** Returns a copy with another {@link #neededPercent}. */
    public SpoolOptions withNeededPercent(int percent) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                percent,
                damaged);
    }

    /** Returns a copy with another {@link #damaged}. */
    public SpoolOptions withDamaged(Damaged other) {
        return new SpoolOptions(
                sync,
                segmentBytes,
                slabBytes,
                queueMessages,
                queueBytes,
                reserveBytes,
                blobBytes,
                blobWriters,
                neededPercent,
                other);
    }
}
