// SPDX-License-Identifier: Apache-2.0
/**
 * The channel of a session, and the assembly of its parts.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.session.SmtpSession}.
 *
 * <p><b>Threads:</b> a session is confined to the thread of its loop.
 *
 * <p><b>Must not know:</b> listeners and loops other than its own.
 */
@NullMarked
package dev.boxcar.smtp.server.session;

import org.jspecify.annotations.NullMarked;
