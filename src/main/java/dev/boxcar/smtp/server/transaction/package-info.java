// SPDX-License-Identifier: Apache-2.0
/**
 * The mail transaction: checks MAIL and RCPT, builds the envelope, and passes the bytes of the message to the sink.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.transaction.TransactionState}.
 *
 * <p><b>Threads:</b> confined to the loop of the session.
 *
 * <p><b>Must not know:</b> ports other than the sink, deferred replies, the channel.
 */
@NullMarked
package dev.boxcar.smtp.server.transaction;

import org.jspecify.annotations.NullMarked;
