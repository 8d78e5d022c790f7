// SPDX-License-Identifier: Apache-2.0
/**
 * The web interface of the relay: its queue as a page and over the API, its metrics and its health.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.relay.RelayWebInterface}, then {@link dev.boxcar.web.relay.QueueApi}, and
 * {@code openapi.json} beside it, which a test checks against the routes.
 *
 * <p><b>Threads:</b> requests run on the web server's own threads, never on an event loop.
 *
 * <p><b>Must not know:</b> the relay but for {@link dev.boxcar.relay.observation.RelayView} and the values that it
 * returns; the sink.
 */
@NullMarked
package dev.boxcar.web.relay;

import org.jspecify.annotations.NullMarked;
