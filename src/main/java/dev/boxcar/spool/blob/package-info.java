// SPDX-License-Identifier: Apache-2.0
/**
 * Large messages in files of their own (blobs), and the threads that write them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.blob.BlobWriters}, then {@code BlobFile}.
 *
 * <p><b>Threads:</b> each blob belongs to the thread that fills it and to one blob writer. Neither event loops nor the
 * writer of segments wait for these threads.
 *
 * <p><b>Must not know:</b> segments and the index.
 */
@NullMarked
package dev.boxcar.spool.blob;

import org.jspecify.annotations.NullMarked;
