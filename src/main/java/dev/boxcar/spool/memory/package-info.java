// SPDX-License-Identifier: Apache-2.0
/**
 * The spool in memory. It forgets everything when it is closed, and evicts the oldest messages when it is full.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.memory.MemorySpool}, then {@code InMemoryMessages}.
 *
 * <p><b>Threads:</b> none of its own: a thread that appends also commits. One thread at a time commits; any thread
 * reads.
 *
 * <p><b>Must not know:</b> files.
 */
@NullMarked
package dev.boxcar.spool.memory;

import org.jspecify.annotations.NullMarked;
