// SPDX-License-Identifier: Apache-2.0
/**
 * The connection to a broker, its queues, and how a mail looks there.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.artemis.broker.BrokerConnection}, then
 * {@link dev.boxcar.relay.artemis.broker.MailFormat}.
 *
 * <p><b>Threads:</b> each session belongs to one thread; each type says the rest.
 *
 * <p><b>Must not know:</b> who sends and receives.
 */
@NullMarked
package dev.boxcar.relay.artemis.broker;

import org.jspecify.annotations.NullMarked;
