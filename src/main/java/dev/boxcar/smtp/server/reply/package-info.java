// SPDX-License-Identifier: Apache-2.0
/**
 * The replies of a session: their texts, their order, and the replies that must wait until a port has answered.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.reply.ReplyQueue}, then
 * {@link dev.boxcar.smtp.server.reply.PendingDecisions}.
 *
 * <p><b>Threads:</b> confined to the loop of the session; a port may answer on any thread.
 *
 * <p><b>Must not know:</b> input, commands, the channel (it sees {@link dev.boxcar.smtp.server.reply.ReplyChannel}).
 */
@NullMarked
package dev.boxcar.smtp.server.reply;

import org.jspecify.annotations.NullMarked;
