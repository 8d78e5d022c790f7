// SPDX-License-Identifier: Apache-2.0
/**
 * The files of a spool of segments and the records in them, as {@code docs/spool.md} describes them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.format.RecordHeader}, then
 * {@link dev.boxcar.spool.format.SegmentScanner} and {@link dev.boxcar.spool.format.SpoolDirectory}.
 *
 * <p><b>Threads:</b> values belong to any thread, scanners and leases to one. Everything that reads may block.
 *
 * <p><b>Must not know:</b> which records are still needed, who writes them and when.
 */
@NullMarked
package dev.boxcar.spool.format;

import org.jspecify.annotations.NullMarked;
