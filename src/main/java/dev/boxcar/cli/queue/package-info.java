// SPDX-License-Identifier: Apache-2.0
/**
 * The commands that look into the relay's queue and change it, while the relay runs or not.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.queue.QueueCommand}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> how the relay delivers.
 */
@NullMarked
package dev.boxcar.cli.queue;

import org.jspecify.annotations.NullMarked;
