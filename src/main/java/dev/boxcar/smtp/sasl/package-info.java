// SPDX-License-Identifier: Apache-2.0
/**
 * Authentication exchanges as values and state machines (RFC 4422): response bytes in, the next step out. No I/O.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.sasl.Mechanism}, then {@link dev.boxcar.smtp.sasl.SaslExchange} and
 * {@link dev.boxcar.smtp.sasl.SaslStep}.
 *
 * <p><b>Threads:</b> values are immutable and go anywhere; an exchange belongs to one thread. What hashes a password is
 * slow on purpose and says so.
 *
 * <p><b>Knows nothing of:</b> sockets, sessions, files; who is known and who is not, which the asker of a
 * {@link dev.boxcar.smtp.sasl.Claim} decides.
 */
@NullMarked
package dev.boxcar.smtp.sasl;

import org.jspecify.annotations.NullMarked;
