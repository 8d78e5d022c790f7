// SPDX-License-Identifier: Apache-2.0
/**
 * A server as a mail program meets it: Jakarta Mail over a socket, and what is found in the spool then.
 *
 * <p><b>Start here:</b> {@code JakartaMailTest}, then {@code SampleMessage}.
 */
package dev.boxcar.clients;
