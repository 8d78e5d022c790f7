// SPDX-License-Identifier: Apache-2.0
/**
 * What leaves this machine, each only when it was asked for by option: webhooks, released messages, looks at links.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.outbound.Webhook}, {@link dev.boxcar.web.outbound.LinkCheck}.
 *
 * <p><b>Threads:</b> each says which; none blocks who hands it something.
 *
 * <p><b>Knows nothing of:</b> requests and routes.
 */
@NullMarked
package dev.boxcar.web.outbound;

import org.jspecify.annotations.NullMarked;
