// SPDX-License-Identifier: Apache-2.0
/**
 * The parameters of MAIL and RCPT (RFC 5321 §4.1.1.11), and the service extensions that define them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.parameter.Parameter} is the table of all parameters;
 * {@link dev.boxcar.smtp.parameter.ParameterCursor} reads them from a command, and
 * {@link dev.boxcar.smtp.parameter.Parameters} returns them as values.
 *
 * <p><b>Threads:</b> a cursor is confined to one thread; everything else is immutable.
 *
 * <p><b>Must not know:</b> commands, replies, sessions.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.parameter;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
