// SPDX-License-Identifier: Apache-2.0
/**
 * Streams of request and response bodies: compressed ones, and ones that fail if the client is too slow.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.http.stream.MinimumDataRate}.
 *
 * <p><b>Threads:</b> each stream is confined to the thread that handles the request.
 *
 * <p><b>Must not know:</b> Jetty, routes.
 */
@NullMarked
package dev.boxcar.web.http.stream;

import org.jspecify.annotations.NullMarked;
