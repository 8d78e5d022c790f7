// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the server with a real mail program: Jakarta Mail sends over a socket, and the tests compare what the spool
 * holds.
 *
 * <p><b>Start here:</b> {@code JakartaMailTest}, then {@code SampleMessage}.
 */
package dev.boxcar.clients;
