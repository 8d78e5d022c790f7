// SPDX-License-Identifier: Apache-2.0
/**
 * A POP3 server on the event loop: the second line protocol on {@link dev.boxcar.async.AsyncChat}, for programs that
 * fetch mail from the sink (RFC 1939, with RFC 2449, 2595, 5034).
 *
 * <p><b>Start here:</b> {@link dev.boxcar.pop3.Pop3Server}, then {@link dev.boxcar.pop3.Pop3Session}.
 * {@link dev.boxcar.pop3.Maildrops} and {@link dev.boxcar.pop3.Pop3Authenticator} are the interfaces that the rest of
 * the program implements for it.
 *
 * <p><b>Threads:</b> sessions are confined to the server's loop; work that may read or write a disk runs on the loop's
 * workers.
 *
 * <p><b>Must not know:</b> where messages are kept, user files, HTTP.
 */
@NullMarked
package dev.boxcar.pop3;

import org.jspecify.annotations.NullMarked;
