// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a spool of segments without opening it for writing, even while another process writes to it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.reader.SpoolReader}.
 *
 * <p><b>Threads:</b> each reader is confined to one thread. It may block.
 *
 * <p><b>Must not know:</b> the writer; it changes nothing on disk.
 */
@NullMarked
package dev.boxcar.spool.reader;

import org.jspecify.annotations.NullMarked;
