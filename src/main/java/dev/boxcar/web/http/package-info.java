// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP server: access checks, routes, and responses as text, JSON, bytes or a stream of events.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.http.HttpServer}, then {@link dev.boxcar.web.http.Router} and
 * {@link dev.boxcar.web.http.HttpExchange}.
 *
 * <p><b>Threads:</b> a request has a thread of Jetty's pool while it is handled. A request that waits for an event has
 * no thread.
 *
 * <p><b>Must not know:</b> mail.
 */
@NullMarked
package dev.boxcar.web.http;

import org.jspecify.annotations.NullMarked;
