// SPDX-License-Identifier: Apache-2.0
/**
 * An SMTP server: listeners, and sessions on one or more event loops.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.SmtpServer}, then {@link dev.boxcar.smtp.server.port.Ports}, the
 * interfaces through which it calls the rest of the program, and {@link dev.boxcar.smtp.server.session.SmtpSession}.
 *
 * <p><b>Packages:</b> {@code port}, {@code limit} and {@code listener} are for users of the server. {@code session} is
 * the channel of a session and creates its parts; {@code command} and {@code admission} process the input;
 * {@code context}, {@code transaction} and {@code reply} have the state and the replies that they work with.
 * Dependencies run in that order, never back.
 *
 * <p><b>Threads:</b> any thread but those of the loops may call {@code SmtpServer}.
 *
 * <p><b>Must not know:</b> files, the format of the spool, HTTP.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.server;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
