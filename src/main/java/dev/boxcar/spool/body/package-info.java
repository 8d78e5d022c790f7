// SPDX-License-Identifier: Apache-2.0
/**
 * The memory for messages that are being received: slabs from a bounded pool.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.body.SlabBody}, then {@link dev.boxcar.spool.body.SlabPool}.
 *
 * <p><b>Threads:</b> a body is confined to one thread at a time, the pool belongs to any thread.
 *
 * <p><b>Must not know:</b> records, and where they are stored.
 */
@NullMarked
package dev.boxcar.spool.body;

import org.jspecify.annotations.NullMarked;
