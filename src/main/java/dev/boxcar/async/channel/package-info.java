// SPDX-License-Identifier: Apache-2.0
/**
 * The operating system's side of a dispatcher: its socket or pipe, the state of its connection, and the transport that
 * carries its bytes.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.async.channel.ChannelHandle}. Programs use
 * {@code dev.boxcar.async.Dispatcher}.
 *
 * <p><b>Threads:</b> everything is confined to the loop thread; name look-ups run on a worker.
 *
 * <p><b>Must not know:</b> the event loop, TLS, protocols.
 */
@NullMarked
package dev.boxcar.async.channel;

import org.jspecify.annotations.NullMarked;
