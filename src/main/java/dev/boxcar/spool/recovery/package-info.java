// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the files that an earlier process left in a spool of segments, and repairs them, before the writer starts.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.recovery.Recovery}.
 *
 * <p><b>Threads:</b> the thread that opens the spool. {@code SegmentSurvey} uses some more while it runs.
 *
 * <p><b>Must not know:</b> the writer and the queue; neither exists yet.
 */
@NullMarked
package dev.boxcar.spool.recovery;

import org.jspecify.annotations.NullMarked;
