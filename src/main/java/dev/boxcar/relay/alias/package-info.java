// SPDX-License-Identifier: Apache-2.0
/**
 * Who gets a message, before it is queued: local names become the addresses of {@code /etc/aliases}, and addresses
 * become others by a map.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.alias.RecipientExpansion}, {@link dev.boxcar.relay.alias.AliasFile}.
 *
 * <p><b>Threads:</b> values, which any thread may use.
 *
 * <p><b>Must not know:</b> queue, routes, deliveries.
 */
@NullMarked
package dev.boxcar.relay.alias;

import org.jspecify.annotations.NullMarked;
