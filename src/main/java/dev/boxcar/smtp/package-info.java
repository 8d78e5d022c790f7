// SPDX-License-Identifier: Apache-2.0
/**
 * The protocol's words as values: verbs, replies, paths, the envelope. Names are those of RFC 5321.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.Command} and {@link dev.boxcar.smtp.Reply}, then
 * {@link dev.boxcar.smtp.path.PathSyntax}, then {@link dev.boxcar.smtp.Envelope}.
 *
 * <p><b>Threads:</b> values are immutable and go anywhere; what is used again or being written ({@code Command},
 * {@code …Cursor}, {@code …Writer}) belongs to one thread.
 *
 * <p><b>Knows nothing of:</b> sockets, files, sessions.
 */
@NullMarked
package dev.boxcar.smtp;

import org.jspecify.annotations.NullMarked;
