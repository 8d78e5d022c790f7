// SPDX-License-Identifier: Apache-2.0
/**
 * The API that clients of mail sinks already speak: Mailpit's version 1, with its names, its cases and its ways to
 * fail.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.mailpit.MailpitApi}; each resource is a class.
 *
 * <p><b>Threads:</b> a resource is called on any thread, by many at once, and holds nothing that changes.
 *
 * <p><b>Must not:</b> know more than the inbox tells everybody; what clients need beyond this API is in
 * {@code dev.boxcar.web.api}.
 */
@NullMarked
package dev.boxcar.web.mailpit;

import org.jspecify.annotations.NullMarked;
