// SPDX-License-Identifier: Apache-2.0
/**
 * The spool stores messages and what became of them. A 250 reply promises that the message is stored here.
 *
 * <p>This package has the interface and its values. Two packages implement it: {@code spool.memory} and
 * {@code spool.segment}. The latter is made of {@code disk} (file operations), {@code format} (files and records),
 * {@code index}, {@code body} (memory of messages being received), {@code commit} (the queue), {@code blob} (large
 * messages), {@code compaction} and {@code recovery}. {@code reader} reads a spool that another process may be using.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.spool.Spool}, then {@code segment.SpoolWriter}, {@code segment.SegmentLog}
 * and {@code recovery.Recovery}. The on-disk format is described in {@code docs/spool.md}.
 *
 * <p><b>Threads:</b> every method of {@link dev.boxcar.spool.Spool} may be called on any thread. Event loops only queue
 * records; the spool's own threads touch the files.
 *
 * <p><b>Must not know:</b> commands, replies, users; and, in this package, the implementations.
 */
@NullMarked
package dev.boxcar.spool;

import org.jspecify.annotations.NullMarked;
