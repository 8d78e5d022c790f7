// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.status;

import dev.boxcar.spool.Ulid;

/**
 * A message as the scheduler sees it at one moment. Immutable.
 *
 * @param destination the name of the next hop that it waits for; empty if that is not known yet
 */
public record QueuedEntry(Ulid id, QueuedState state, String destination) {}
