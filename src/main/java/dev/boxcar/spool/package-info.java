// SPDX-License-Identifier: Apache-2.0
/**
 * The spool: what 250 promises is kept here.
 *
 * <p><b>Start here:</b> {@code Spool}, then {@code SpoolWriter}.
 *
 * <p><b>Threads:</b> one writer thread owns the segment being written; readers open files of their own; loops only queue.
 *
 * <p><b>Knows nothing of:</b> commands, replies, users.
 */
@NullMarked
package dev.boxcar.spool;

import org.jspecify.annotations.NullMarked;
