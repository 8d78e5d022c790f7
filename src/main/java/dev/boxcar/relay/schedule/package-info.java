// SPDX-License-Identifier: Apache-2.0
/**
 * Decides when each queued message is attempted, over how many connections to each destination, and what follows from
 * the results.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.schedule.QueueScheduler}, then
 * {@link dev.boxcar.relay.schedule.Destination}.
 *
 * <p><b>Threads:</b> everything is confined to the scheduler's event loop.
 *
 * <p><b>Must not know:</b> SMTP replies on the wire, DNS, how the queue is stored.
 */
@NullMarked
package dev.boxcar.relay.schedule;

import org.jspecify.annotations.NullMarked;
