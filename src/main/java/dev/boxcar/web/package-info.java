// SPDX-License-Identifier: Apache-2.0
/**
 * The web interface: the messages of the sink in a browser and over HTTP APIs.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.WebInterface}. The packages: {@code http} is the HTTP server,
 * {@code mailpit} is the API compatible with Mailpit, {@code api} is Boxcar's own API, {@code request} is what the two
 * APIs have in common, {@code compose} builds messages, {@code check} checks HTML, and {@code outbound} has everything
 * that connects to other machines.
 *
 * <p><b>Threads:</b> requests run on the web server's own threads, never on an event loop.
 *
 * <p><b>Must not know:</b> command-line options, and how the process ends.
 */
@NullMarked
package dev.boxcar.web;

import org.jspecify.annotations.NullMarked;
