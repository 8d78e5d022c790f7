// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that connects to other machines: webhooks, released and forwarded messages, the checks of links and spam,
 * and the health check. Each is off unless configured.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.outbound.Webhook}, {@link dev.boxcar.web.outbound.LinkCheck}.
 *
 * <p><b>Threads:</b> the webhook and each automatic release have threads of their own; the other classes block their
 * caller.
 *
 * <p><b>Must not know:</b> requests and routes.
 */
@NullMarked
package dev.boxcar.web.outbound;

import org.jspecify.annotations.NullMarked;
