// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that connects to other machines: webhooks, released messages and the link check. Each is off unless
 * configured.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.outbound.Webhook}, {@link dev.boxcar.web.outbound.LinkCheck}.
 *
 * <p><b>Threads:</b> the webhook has its own thread; the other classes block their caller.
 *
 * <p><b>Must not know:</b> requests and routes.
 */
@NullMarked
package dev.boxcar.web.outbound;

import org.jspecify.annotations.NullMarked;
