// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/**
 * A session and the peer at its other end, as far as both a server session and a client session know them. Every thread
 * may read it.
 */
public interface SessionPeer {

    /** The id of the session, as the log and the envelope name it. */
    String session();

    /**
     * Where the peer is now: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, {@code local} for a Unix-domain
     * socket, or {@code unknown}. It may change while the session runs: a proxy names the client after it has
     * connected.
     */
    String address();
}
