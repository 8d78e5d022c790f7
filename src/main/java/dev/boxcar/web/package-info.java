// SPDX-License-Identifier: Apache-2.0
/**
 * The web interfaces: the messages of the sink, and the queue of the relay, in a browser and over HTTP APIs.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.WebInterface}. The packages: {@code http} is the HTTP server,
 * {@code mailpit} is the API compatible with Mailpit, {@code api} is Boxcar's own API, {@code request} is what the two
 * APIs have in common, {@code compose} builds messages, {@code check} checks HTML, {@code outbound} has everything that
 * connects to other machines, and {@code relay} is the interface of the relay.
 *
 * <p><b>Threads:</b> requests run on the web server's own threads, never on an event loop.
 *
 * <p><b>Must not know:</b> command-line options, and how the process ends.
 */
@NullMarked
package dev.boxcar.web;

import org.jspecify.annotations.NullMarked;
