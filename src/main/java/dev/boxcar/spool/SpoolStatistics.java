// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

/**
 * What a spool has done since it was opened, and how it stands. Forces a message is {@code forces / messages}.
 *
 * @param messages messages stored
 * @param records records stored, messages among them
 * @param bytes bytes of records stored
 * @param batches groups of records that were written and completed together
 * @param forces times that the disk was told to keep what was written
 * @param refused records answered with anything but STORED
 * @param dropped messages that went to make room for others (memory alone)
 * @param held messages to be found now
 * @param queued records that wait for the writer now
 * @param slabBytes memory that bodies on their way hold now
 * @param compactions times that segments were removed, what is needed of them copied forward
 * @param reclaimedBytes bytes of segments given back by that
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
