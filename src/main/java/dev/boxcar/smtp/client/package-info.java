// SPDX-License-Identifier: Apache-2.0
/**
 * The side that sends: one connection, mail transactions in order, as many commands in one flight as the server allows.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.client.SmtpClient}, then {@link dev.boxcar.smtp.client.MailTransaction}
 * and {@link dev.boxcar.smtp.client.TransactionResult}.
 *
 * <p><b>Threads:</b> a client is confined to its loop's thread; the values go anywhere.
 *
 * <p><b>Knows nothing of:</b> the server's room, files, queues, name servers.
 */
@NullMarked
package dev.boxcar.smtp.client;

import org.jspecify.annotations.NullMarked;
