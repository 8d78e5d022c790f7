// SPDX-License-Identifier: Apache-2.0
/**
 * Sends queued messages over connections that are used again, and says for each recipient what came of it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.delivery.DeliverySession}, then
 * {@link dev.boxcar.relay.delivery.OutboundContent}.
 *
 * <p><b>Threads:</b> a session is confined to its delivery loop; the values can be used from any thread.
 *
 * <p><b>Must not know:</b> when a message is due, which sessions there are, reports.
 */
@NullMarked
package dev.boxcar.relay.delivery;

import org.jspecify.annotations.NullMarked;
