// SPDX-License-Identifier: Apache-2.0
/**
 * SASL authentication exchanges as state machines (RFC 4422): a response goes in, the next step comes out. No I/O.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.sasl.Mechanism}, then {@link dev.boxcar.smtp.sasl.SaslExchange} and
 * {@link dev.boxcar.smtp.sasl.SaslStep}.
 *
 * <p><b>Threads:</b> values are immutable and can be used from any thread; an exchange is confined to one thread.
 * Methods that hash a password are slow on purpose and say so.
 *
 * <p><b>Must not know:</b> sockets, sessions, files, or which users exist: the caller decides about each
 * {@link dev.boxcar.smtp.sasl.Claim}.
 */
@NullMarked
package dev.boxcar.smtp.sasl;

import org.jspecify.annotations.NullMarked;
