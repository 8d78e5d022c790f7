// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/**
 * How a spool of segments behaves.
 *
 * @param sync when a message counts as stored
 * @param segmentOctets where a segment ends and the next begins; a larger message gets a segment of its own
 * @param slabOctets the memory for bodies on their way, in all
 * @param queueMessages how many messages may wait for the writer before {@link Spool#admits} says no
 * @param queueOctets how many octets of messages may wait for the writer before {@link Spool#admits} says no
 * @param reserveOctets the free disk space under which {@link Spool#admits} says no
 * @param blobOctets a message of more octets than these goes to a file of its own
 * @param blobWriters how many threads write such files
 * @param neededPercent a segment of whose octets fewer than these in a hundred are needed is compacted
 */
public record SpoolOptions(
        Sync sync,
        long segmentOctets,
        long slabOctets,
        int queueMessages,
        long queueOctets,
        long reserveOctets,
        long blobOctets,
        int blobWriters,
        int neededPercent) {
    private static final long MIB = 1024 * 1024;

    /** {@code sync = group}, segments of 64 MiB, a quarter of the heap for bodies, 64 MiB of disk kept free. */
    public static SpoolOptions defaults() {
        long slabOctets = Math.max(8 * MIB, Runtime.getRuntime().maxMemory() / 4);
        return new SpoolOptions(Sync.GROUP, 64 * MIB, slabOctets, 100_000, slabOctets, 64 * MIB, MIB, 3, 50);
    }

    /** These options with another promise. */
    public SpoolOptions withSync(Sync other) {
        return new SpoolOptions(
                other,
                segmentOctets,
                slabOctets,
                queueMessages,
                queueOctets,
                reserveOctets,
                blobOctets,
                blobWriters,
                neededPercent);
    }

    /** These options with another size of segments. */
    public SpoolOptions withSegmentOctets(long octets) {
        return new SpoolOptions(
                sync,
                octets,
                slabOctets,
                queueMessages,
                queueOctets,
                reserveOctets,
                blobOctets,
                blobWriters,
                neededPercent);
    }

    /** These options with another bound on the memory for bodies. */
    public SpoolOptions withSlabOctets(long octets) {
        return new SpoolOptions(
                sync,
                segmentOctets,
                octets,
                queueMessages,
                queueOctets,
                reserveOctets,
                blobOctets,
                blobWriters,
                neededPercent);
    }

    /** These options with other bounds on what waits for the writer. */
    public SpoolOptions withQueue(int messages, long octets) {
        return new SpoolOptions(
                sync,
                segmentOctets,
                slabOctets,
                messages,
                octets,
                reserveOctets,
                blobOctets,
                blobWriters,
                neededPercent);
    }

    /** These options with another reserve of disk space. */
    public SpoolOptions withReserveOctets(long octets) {
        return new SpoolOptions(
                sync,
                segmentOctets,
                slabOctets,
                queueMessages,
                queueOctets,
                octets,
                blobOctets,
                blobWriters,
                neededPercent);
    }

    /** These options with another bound between messages in segments and in files of their own. */
    public SpoolOptions withBlobOctets(long octets) {
        return new SpoolOptions(
                sync,
                segmentOctets,
                slabOctets,
                queueMessages,
                queueOctets,
                reserveOctets,
                octets,
                blobWriters,
                neededPercent);
    }

    /** These options with another share under which segments are compacted. */
    public SpoolOptions withNeededPercent(int percent) {
        return new SpoolOptions(
                sync,
                segmentOctets,
                slabOctets,
                queueMessages,
                queueOctets,
                reserveOctets,
                blobOctets,
                blobWriters,
                percent);
    }
}
