// SPDX-License-Identifier: Apache-2.0
/**
 * The client that handed a message to the relay: its address and its user.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.submitter.Submitter}.
 *
 * <p><b>Threads:</b> everything is immutable.
 *
 * <p><b>Must not know:</b> the queue, routes.
 */
@NullMarked
package dev.boxcar.relay.submitter;

import org.jspecify.annotations.NullMarked;
