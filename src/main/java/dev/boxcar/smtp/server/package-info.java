// SPDX-License-Identifier: Apache-2.0
/**
 * The server's side of the dialogue: listeners, sessions, and the ports through which the rest of the house takes part.
 *
 * <p><b>Start here:</b> {@code SmtpSession}, then {@link dev.boxcar.smtp.server.port.MessageSink}.
 *
 * <p><b>Threads:</b> a session is confined to its loop's thread; each port says on which thread it is called.
 *
 * <p><b>Knows nothing of:</b> files, the spool's format, HTTP.
 */
@NullMarked
package dev.boxcar.smtp.server;

import org.jspecify.annotations.NullMarked;
