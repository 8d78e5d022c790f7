// SPDX-License-Identifier: Apache-2.0
/**
 * The queue of the relay: messages that were accepted and are not delivered yet, and what is known of each attempt.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.queue.RelayQueue}, then {@link dev.boxcar.relay.queue.DeliveryState}.
 * {@link dev.boxcar.relay.queue.SpoolRelayQueue} keeps the queue in a spool.
 *
 * <p><b>Threads:</b> each type says it. The queue calls its listener on the executor that it was opened with.
 *
 * <p><b>Must not know:</b> destinations, the SMTP client, when an attempt is due.
 */
@NullMarked
package dev.boxcar.relay.queue;

import org.jspecify.annotations.NullMarked;
