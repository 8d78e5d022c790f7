// SPDX-License-Identifier: Apache-2.0
/**
 * Boxcar's own API. It has what Mailpit's API cannot express: the envelope, waiting, namespaces and ordered events.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.web.api.BoxcarApi}, and {@code openapi.json} beside it, which a test checks
 * against the routes.
 *
 * <p><b>Threads:</b> resources are called on any thread, by several at once, and have no mutable state.
 *
 * <p><b>Errors:</b> JSON of the type {@code application/problem+json} (RFC 9457).
 *
 * <p><b>Must not know:</b> {@code dev.boxcar.web.mailpit}.
 */
@NullMarked
package dev.boxcar.web.api;

import org.jspecify.annotations.NullMarked;
