// SPDX-License-Identifier: Apache-2.0
/**
 * The index of a spool of segments, in memory: where each message is, its states, and which records are still needed.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.index.SpoolIndex}.
 *
 * <p><b>Threads:</b> any thread reads without waiting. The writer and compaction change it, under a lock that is held
 * for one record at a time.
 *
 * <p><b>Must not know:</b> files; it never reads or writes one.
 */
@NullMarked
package dev.boxcar.spool.index;

import org.jspecify.annotations.NullMarked;
