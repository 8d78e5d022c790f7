// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A destination at one moment. Immutable.
 *
 * @param name the name of the next hop; empty for messages whose next hop is not known yet
 * @param waiting how many messages wait for it: for a connection, or for their next attempt
 * @param inDelivery how many transactions its connections have
 * @param connections how many connections are open or being opened
 * @param deadUntil when a dead destination is tried again; null unless it is dead
 * @param lastReply the last reply of a server of it, or the reason why none replied; empty if there was none
 */
public record DestinationStatus(
        String name,
        int waiting,
        int inDelivery,
        int connections,
        @Nullable Instant deadUntil,
        String lastReply) {}
