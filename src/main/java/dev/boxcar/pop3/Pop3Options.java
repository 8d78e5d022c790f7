// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.time.Duration;

/**
 * How a POP3 server behaves. Immutable; any thread.
 *
 * @param hostname the name that the banner shows
 * @param idleTimeout how long a client may be silent; at least 10 minutes for clients in the wild (RFC 1939 §3)
 * @param maxConnections maximum number of connections; more are refused
 * @param maxErrors maximum number of refused commands per session; one more ends the session
 * @param cleartextLogin whether clients may log in without TLS
 */
public record Pop3Options(
        String hostname, Duration idleTimeout, int maxConnections, int maxErrors, CleartextLogin cleartextLogin) {

    /** Whether passwords may travel without TLS. */
    public enum CleartextLogin {
        ALLOWED,
        /** Without TLS the server offers neither USER nor AUTH (RFC 2595 §2.1). */
        REFUSED
    }

    /** Ten minutes, 1,000 connections, 20 errors, no log-in without TLS. */
    public static final Pop3Options DEFAULTS = new Pop3Options(
            "localhost",
            Duration.ofMinutes(10), // idleTimeout
            1000, // maxConnections
            20, // maxErrors
            CleartextLogin.REFUSED);

    /** Checks the limits. */
    public Pop3Options {
        if (idleTimeout.isNegative() || idleTimeout.isZero() || maxConnections < 1 || maxErrors < 0) {
            throw new IllegalArgumentException("invalid limits: idleTimeout=" + idleTimeout + " maxConnections="
                    + maxConnections + " maxErrors=" + maxErrors);
        }
    }

    /** These options with another host name. */
    public Pop3Options withHostname(String name) {
        return new Pop3Options(name, idleTimeout, maxConnections, maxErrors, cleartextLogin);
    }

    /** These options with another idle timeout. */
    public Pop3Options withIdleTimeout(Duration timeout) {
        return new Pop3Options(hostname, timeout, maxConnections, maxErrors, cleartextLogin);
    }

    /** These options with another maximum number of connections. */
    public Pop3Options withMaxConnections(int number) {
        return new Pop3Options(hostname, idleTimeout, number, maxErrors, cleartextLogin);
    }

    /** These options with another maximum number of errors. */
    public Pop3Options withMaxErrors(int number) {
        return new Pop3Options(hostname, idleTimeout, maxConnections, number, cleartextLogin);
    }

    /** These options with another rule for log-ins without TLS. */
    public Pop3Options withCleartextLogin(CleartextLogin rule) {
        return new Pop3Options(hostname, idleTimeout, maxConnections, maxErrors, rule);
    }
}
