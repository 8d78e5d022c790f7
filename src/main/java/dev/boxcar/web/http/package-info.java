// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP as the web room speaks it: one door with its guards, routes, and answers as text, JSON, bytes or a stream of
 * events.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.http.HttpServer}, then {@link dev.boxcar.web.http.Router} and
 * {@link dev.boxcar.web.http.HttpExchange}.
 *
 * <p><b>Threads:</b> requests run on a pool of Jetty's, a thread each while they are worked on; one that waits for
 * something to happen holds no thread.
 *
 * <p><b>Knows nothing of:</b> mail.
 */
@NullMarked
package dev.boxcar.web.http;

import org.jspecify.annotations.NullMarked;
