// SPDX-License-Identifier: Apache-2.0
/**
 * Memory of the event loop: the buffers that all channels of a loop share, the bytes that channels keep beside them,
 * and the fast byte search.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.async.buffer.LoopBuffers}. Programs use {@code dev.boxcar.async.AsyncChat}.
 *
 * <p><b>Threads:</b> everything is confined to the loop thread, except {@link dev.boxcar.async.buffer.ByteSearch},
 * which any thread may use.
 *
 * <p><b>Must not know:</b> dispatchers, producers, terminators, protocols.
 */
@NullMarked
package dev.boxcar.async.buffer;

import org.jspecify.annotations.NullMarked;
