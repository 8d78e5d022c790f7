// SPDX-License-Identifier: Apache-2.0
/**
 * The spool of append-only segments in a directory, and the thread that writes it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.segment.SegmentSpool}, then {@code SpoolWriter} and {@code SegmentLog}.
 *
 * <p><b>Threads:</b> one writer thread owns the segment being written. Readers open files of their own and never wait
 * for it. Event loops only queue records.
 *
 * <p><b>Must not know:</b> sessions, commands, replies.
 */
@NullMarked
package dev.boxcar.spool.segment;

import org.jspecify.annotations.NullMarked;
