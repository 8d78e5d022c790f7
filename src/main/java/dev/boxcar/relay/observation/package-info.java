// SPDX-License-Identifier: Apache-2.0
/**
 * What can be seen of a relay that runs: the queue, its destinations, the figures, and the recorded sessions of
 * attempts.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.observation.AttemptRecorder}.
 *
 * <p><b>Threads:</b> deliveries report on their loops; any thread may look.
 *
 * <p><b>Must not know:</b> who looks, and how it is shown.
 */
@NullMarked
package dev.boxcar.relay.observation;

import org.jspecify.annotations.NullMarked;
