// SPDX-License-Identifier: Apache-2.0
/**
 * The objects that the parts of a session share: the context of its server and its loop, the state of its client, its
 * timeouts, and the interfaces through which they see its channel.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.context.ServerContext},
 * {@link dev.boxcar.smtp.server.context.InputHandler} and {@link dev.boxcar.smtp.server.context.SessionControl}.
 *
 * <p><b>Threads:</b> confined to the loop of the session, except {@code ServerContext}.
 *
 * <p><b>Must not know:</b> commands, and how a client is admitted.
 */
@NullMarked
package dev.boxcar.smtp.server.context;

import org.jspecify.annotations.NullMarked;
