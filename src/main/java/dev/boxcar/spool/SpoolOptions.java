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
 */
public record SpoolOptions(
        Sync sync, long segmentOctets, long slabOctets, int queueMessages, long queueOctets, long reserveOctets) {
    private static final long MIB = 1024 * 1024;

    /** {@code sync = group}, segments of 64 MiB, a quarter of the heap for bodies, 64 MiB of disk kept free. */
    public static SpoolOptions defaults() {
        long slabOctets = Math.max(8 * MIB, Runtime.getRuntime().maxMemory() / 4);
        return new SpoolOptions(Sync.GROUP, 64 * MIB, slabOctets, 100_000, slabOctets, 64 * MIB);
    }

    /** These options with another promise. */
    public SpoolOptions withSync(Sync other) {
        return new SpoolOptions(other, segmentOctets, slabOctets, queueMessages, queueOctets, reserveOctets);
    }

    /** These options with another size of segments. */
    public SpoolOptions withSegmentOctets(long octets) {
        return new SpoolOptions(sync, octets, slabOctets, queueMessages, queueOctets, reserveOctets);
    }

    /** These options with another bound on the memory for bodies. */
    public SpoolOptions withSlabOctets(long octets) {
        return new SpoolOptions(sync, segmentOctets, octets, queueMessages, queueOctets, reserveOctets);
    }

    /** These options with other bounds on what waits for the writer. */
    public SpoolOptions withQueue(int messages, long octets) {
        return new SpoolOptions(sync, segmentOctets, slabOctets, messages, octets, reserveOctets);
    }

    /** These options with another reserve of disk space. */
    public SpoolOptions withReserveOctets(long octets) {
        return new SpoolOptions(sync, segmentOctets, slabOctets, queueMessages, queueOctets, octets);
    }
}
