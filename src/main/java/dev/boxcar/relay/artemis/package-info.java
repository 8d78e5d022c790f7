// SPDX-License-Identifier: Apache-2.0
/**
 * A queue in Apache Artemis, packaged in a jar of its own. One durable message of the broker is one queued mail: its
 * body holds the envelope, the state and the bytes of the mail.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.artemis.ArtemisRelayQueue}; it accepts by
 * {@link dev.boxcar.relay.artemis.BrokerSender} and delivers from {@link dev.boxcar.relay.artemis.BrokerReceiver}.
 *
 * <p><b>Threads:</b> each type says it. The client's threads call only {@link dev.boxcar.relay.artemis.BrokerSender}.
 *
 * <p><b>Must not know:</b> destinations, schedules. Nothing else knows the client of Artemis.
 */
@NullMarked
package dev.boxcar.relay.artemis;

import org.jspecify.annotations.NullMarked;
