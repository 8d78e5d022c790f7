// SPDX-License-Identifier: Apache-2.0
/**
 * What came of TLS in each session with a server, in the words of TLS-RPT (RFC 8460).
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.policy.outcome.TlsSessionResult}.
 *
 * <p><b>Threads:</b> values; listeners are called on the delivery loops and on threads of the name service.
 *
 * <p><b>Must not know:</b> how sessions go, who is told.
 */
@NullMarked
package dev.boxcar.relay.policy.outcome;

import org.jspecify.annotations.NullMarked;
