// SPDX-License-Identifier: Apache-2.0
/**
 * The SMTP protocol as values: commands, replies, the envelope. Names are those of RFC 5321.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.Command} and {@link dev.boxcar.smtp.Reply}, then
 * {@link dev.boxcar.smtp.Envelope}.
 *
 * <p><b>Threads:</b> values are immutable and can be used from any thread. {@link dev.boxcar.smtp.Command} and
 * {@link dev.boxcar.smtp.EnvelopeWriter} are mutable and confined to one thread.
 *
 * <p><b>Must not know:</b> sockets, files, sessions.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
