// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/**
 * How a spool of segments behaves.
 *
 * @param sync when a message counts as stored
 * @param segmentBytes where a segment ends and the next begins; a larger message gets a segment of its own
 * @param slabBytes the memory for bodies on their way, in all
 * @param queueMessages how many messages may wait for the writer before {@link Spool#admits} says no
 * @param queueBytes how many bytes of messages may wait for the writer before {@link Spool#admits} says no
 * @param reserveBytes the free disk space under which {@link Spool#admits} says no
 * @param blobBytes a message of more bytes than these goes to a file of its own
 * @param blobWriters how many threads write such files
 * @param neededPercent a segment of whose bytes fewer than these in a hundred are needed is compacted
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
        int neededPercent) {
    private static final long MIB = 1024 * 1024;

    /** {@code sync = group}, segments of 64 MiB, a quarter of the heap for bodies, 64 MiB of disk kept free. */
    public static SpoolOptions defaults() {
        long slabBytes = Math.max(8 * MIB, Runtime.getRuntime().maxMemory() / 4);
        return new SpoolOptions(Sync.GROUP, 64 * MIB, slabBytes, 100_000, slabBytes, 64 * MIB, MIB, 3, 50);
    }

    /** These options with another promise. */
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
                neededPercent);
    }

    /** These options with another size of segments. */
    public SpoolOptions withSegmentBytes(long bytes) {
        return new SpoolOptions(
                sync, bytes, slabBytes, queueMessages, queueBytes, reserveBytes, blobBytes, blobWriters, neededPercent);
    }

    /** These options with another bound on the memory for bodies. */
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
                neededPercent);
    }

    /** These options with other bounds on what waits for the writer. */
    public SpoolOptions withQueue(int messages, long bytes) {
        return new SpoolOptions(
                sync, segmentBytes, slabBytes, messages, bytes, reserveBytes, blobBytes, blobWriters, neededPercent);
    }

    /** These options with another reserve of disk space. */
    public SpoolOptions withReserveBytes(long bytes) {
        return new SpoolOptions(
                sync, segmentBytes, slabBytes, queueMessages, queueBytes, bytes, blobBytes, blobWriters, neededPercent);
    }

    /** These options with another bound between messages in segments and in files of their own. */
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
                neededPercent);
    }

    /** These options with another share under which segments are compacted. */
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
                percent);
    }
}
