// SPDX-License-Identifier: Apache-2.0
/**
 * The SMTP client: one connection, mail transactions in order, and as much pipelining as the server allows.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.client.SmtpClient}, then {@link dev.boxcar.smtp.client.MailTransaction}
 * and {@link dev.boxcar.smtp.client.TransactionResult}.
 *
 * <p><b>Threads:</b> a client is confined to its loop's thread; the values can be used from any thread.
 *
 * <p><b>Must not know:</b> the SMTP server, files, queues, DNS.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.client;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
