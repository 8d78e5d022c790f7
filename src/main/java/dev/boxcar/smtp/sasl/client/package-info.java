// SPDX-License-Identifier: Apache-2.0
/**
 * The client side of the SASL mechanisms (RFC 4422).
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.sasl.client.ClientMechanisms}, then
 * {@link dev.boxcar.smtp.sasl.client.ClientExchange}.
 *
 * <p><b>Threads:</b> an exchange is confined to one thread at a time.
 *
 * <p><b>Must not know:</b> how lines are sent, where secrets come from.
 */
@NullMarked
package dev.boxcar.smtp.sasl.client;

import org.jspecify.annotations.NullMarked;
