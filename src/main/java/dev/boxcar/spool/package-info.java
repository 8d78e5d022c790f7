// SPDX-License-Identifier: Apache-2.0
/**
 * The spool: what 250 promises is kept here.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.Spool}, then {@code SpoolWriter}, {@code SegmentLog} and
 * {@code Recovery}.
 *
 * <p><b>Threads:</b> one writer thread owns the segment being written; readers open files of their own; loops only
 * queue.
 *
 * <p><b>Knows nothing of:</b> commands, replies, users.
 */
@NullMarked
package dev.boxcar.spool;

import org.jspecify.annotations.NullMarked;
