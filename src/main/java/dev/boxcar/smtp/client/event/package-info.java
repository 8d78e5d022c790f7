// SPDX-License-Identifier: Apache-2.0
/**
 * Tells a listener what happens in the session of a client.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.client.event.ClientSessionEvents}.
 *
 * <p><b>Threads:</b> everything is confined to the loop thread of the client.
 *
 * <p><b>Must not know:</b> when the client sends what.
 */
@NullMarked
package dev.boxcar.smtp.client.event;

import org.jspecify.annotations.NullMarked;
