// SPDX-License-Identifier: Apache-2.0
/**
 * DANE for SMTP (RFC 7672, RFC 7671, RFC 6698): which TLSA records can be used, and whether a server's certificates
 * match them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.policy.dane.TlsaSet}, then
 * {@link dev.boxcar.relay.policy.dane.DaneVerifier}.
 *
 * <p><b>Threads:</b> any thread.
 *
 * <p><b>Must not know:</b> how records are looked up, sessions with mail servers.
 */
@NullMarked
package dev.boxcar.relay.policy.dane;

import org.jspecify.annotations.NullMarked;
