// SPDX-License-Identifier: Apache-2.0
/**
 * The file operations of a spool, and what their failures mean.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.disk.Disk}.
 *
 * <p><b>Threads:</b> never an event loop: everything here may block. Never a thread that is interrupted: a
 * {@code FileChannel} closes on interrupt.
 *
 * <p><b>Must not know:</b> what is in the files.
 */
@NullMarked
package dev.boxcar.spool.disk;

import org.jspecify.annotations.NullMarked;
