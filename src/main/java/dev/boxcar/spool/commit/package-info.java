// SPDX-License-Identifier: Apache-2.0
/**
 * Passes records to the thread that commits them, and reports their outcomes.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.commit.CommitQueue}, then {@link dev.boxcar.spool.commit.PendingRecord}
 * and {@link dev.boxcar.spool.commit.Completions}.
 *
 * <p><b>Threads:</b> any thread puts items into the queue; everything taken from it is confined to the committing
 * thread.
 *
 * <p><b>Must not know:</b> where records are stored.
 */
@NullMarked
package dev.boxcar.spool.commit;

import org.jspecify.annotations.NullMarked;
