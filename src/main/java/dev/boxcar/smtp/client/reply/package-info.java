// SPDX-License-Identifier: Apache-2.0
/**
 * The replies of the server, assembled from lines, and the extensions that its reply to EHLO lists.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.client.reply.ServerReply}.
 *
 * <p><b>Threads:</b> {@link dev.boxcar.smtp.client.reply.ReplyReader} is confined to one thread; everything else is
 * immutable.
 *
 * <p><b>Must not know:</b> connections, transactions.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.client.reply;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
