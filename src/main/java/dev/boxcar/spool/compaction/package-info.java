// SPDX-License-Identifier: Apache-2.0
/**
 * Frees the disk space of records that are no longer needed.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.compaction.Compaction}, then {@code SegmentCopy}.
 *
 * <p><b>Threads:</b> one thread of its own, which the writer and event loops never wait for.
 *
 * <p><b>Must not know:</b> the segment that is being written.
 */
@NullMarked
package dev.boxcar.spool.compaction;

import org.jspecify.annotations.NullMarked;
