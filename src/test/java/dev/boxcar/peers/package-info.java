// SPDX-License-Identifier: Apache-2.0
/**
 * The relay beside programs that other projects wrote: Postfix, Exim, Dovecot and GreenMail receive its mail; swaks,
 * curl, Jakarta Mail and Postfix send through it. Knot signs zones and Unbound validates them, so that the relay and
 * Postfix verify each other by DANE. A test whose program is missing is skipped, and says so.
 *
 * <p>Programs are searched on the PATH, then below the directory that the variable {@code PEERS_DIR} names, where
 * {@code .ci/run} unpacks those whose packages exclude each other.
 */
@NullMarked
package dev.boxcar.peers;

import org.jspecify.annotations.NullMarked;
