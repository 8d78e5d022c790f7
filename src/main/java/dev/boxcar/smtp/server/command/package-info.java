// SPDX-License-Identifier: Apache-2.0
/**
 * The commands of a session and the input that follows some of them: message, chunk, authentication exchange.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.command.CommandInput}, then
 * {@link dev.boxcar.smtp.server.command.CommandDispatcher}.
 *
 * <p><b>Threads:</b> confined to the loop of the session.
 *
 * <p><b>Must not know:</b> the channel (it sees the interfaces of {@code context}).
 */
@NullMarked
package dev.boxcar.smtp.server.command;

import org.jspecify.annotations.NullMarked;
