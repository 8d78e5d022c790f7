// SPDX-License-Identifier: Apache-2.0
/**
 * Our own API: what the API of others has no words for. The envelope, waiting, namespaces, events in order.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.api.BoxcarApi}, and {@code openapi.json} beside it, which a test checks
 * against the routes.
 *
 * <p><b>Threads:</b> a resource is called on any thread, by many at once, and holds nothing that changes.
 *
 * <p><b>Ways to fail:</b> a problem is JSON of the type {@code application/problem+json} (RFC 9457).
 */
@NullMarked
package dev.boxcar.web.api;

import org.jspecify.annotations.NullMarked;
