// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

/**
 * The id of a session and the address of its peer. Sessions of a server and of a client both have these. Every thread
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
