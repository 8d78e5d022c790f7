// SPDX-License-Identifier: Apache-2.0
/**
 * An API compatible with Mailpit's version 1, for existing clients: the same names, spelling and errors.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.mailpit.MailpitApi}. Each resource has a class.
 *
 * <p><b>Threads:</b> resources are called on any thread, by several at once, and have no mutable state.
 *
 * <p><b>Must not know:</b> {@code dev.boxcar.web.api}, which has what this API cannot express.
 */
@NullMarked
package dev.boxcar.web.mailpit;

import org.jspecify.annotations.NullMarked;
