// SPDX-License-Identifier: Apache-2.0
/**
 * How a relay that shares its queue keeps room for all destinations: a destination that is slow or hung gets a part of
 * the messages that the relay may have, and the rest of its mail goes back to the queue for a while.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.schedule.fairness.ReturnTimes}.
 *
 * <p><b>Threads:</b> confined to the scheduler's loop.
 *
 * <p><b>Must not know:</b> queues, destinations.
 */
@NullMarked
package dev.boxcar.relay.schedule.fairness;

import org.jspecify.annotations.NullMarked;
