// SPDX-License-Identifier: Apache-2.0
/**
 * What is changed in the addresses and fields of a message while it is sent. The stored message never changes, and the
 * same message is changed in the same way at every attempt under the same configuration.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.rewrite.MailRewriting}.
 *
 * <p><b>Threads:</b> values, which any thread may use; nothing here blocks.
 *
 * <p><b>Must not know:</b> queue, routes, deliveries.
 */
@NullMarked
package dev.boxcar.relay.rewrite;

import org.jspecify.annotations.NullMarked;
