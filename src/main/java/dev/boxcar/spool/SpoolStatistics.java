// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/**
 * The counters of a spool since it was opened, and its current sizes. Forces per message is {@code forces / messages}.
 *
 * @param messages messages stored
 * @param records records stored, including messages
 * @param bytes bytes of the records stored
 * @param batches batches of records that were written and completed together
 * @param forces how many times written bytes were forced to disk
 * @param refused records whose outcome was not STORED
 * @param dropped messages evicted to make room for others (memory only)
 * @param held messages that can be found now
 * @param queued records waiting for the writer now
 * @param slabBytes memory used by incoming bodies now
 * @param compactions how many times segments were compacted
 * @param reclaimedBytes bytes of disk space that compaction freed
 */
public record SpoolStatistics(
        long messages,
        long records,
        long bytes,
        long batches,
        long forces,
        long refused,
        long dropped,
        long held,
        long queued,
        long slabBytes,
        long compactions,
        long reclaimedBytes) {}
