// SPDX-License-Identifier: Apache-2.0
/**
 * The options about a queue that several relays share, and the jar that brings its engine's client.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.relay.shared.SharedQueueOptions}.
 *
 * <p><b>Threads:</b> the main thread.
 *
 * <p><b>Must not know:</b> the other options of the relay, any engine.
 */
@NullMarked
package dev.boxcar.cli.relay.shared;

import org.jspecify.annotations.NullMarked;
