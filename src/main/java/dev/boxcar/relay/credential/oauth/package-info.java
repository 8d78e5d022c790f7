// SPDX-License-Identifier: Apache-2.0
/**
 * OAuth for a relay that logs in to a smarthost: tokens that are renewed before they expire (RFC 6749 §4.4, §6), and
 * the log-in that allows it, in a browser on this machine (RFC 8252, RFC 7636) or on another device (RFC 8628).
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.credential.oauth.RenewedToken}, then
 * {@link dev.boxcar.relay.credential.oauth.OAuthHttp}.
 *
 * <p><b>Threads:</b> requests to OAuth servers block, so they run on threads of their own, never on an event loop.
 *
 * <p><b>Must not know:</b> the queue, sessions with mail servers.
 */
@NullMarked
package dev.boxcar.relay.credential.oauth;

import org.jspecify.annotations.NullMarked;
