// SPDX-License-Identifier: Apache-2.0
/**
 * What can be seen of the schedule at one moment: the queue, its messages and its destinations, as values.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.schedule.status.QueueSnapshot}.
 *
 * <p><b>Threads:</b> all types are immutable; any thread.
 *
 * <p><b>Must not know:</b> how messages are scheduled.
 */
@NullMarked
package dev.boxcar.relay.schedule.status;

import org.jspecify.annotations.NullMarked;
