// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a probe found at one address of a smarthost.
 *
 * @param address the IP address and port, or the path of a socket; empty if the name has no address
 * @param failure why mail could not be sent there now; null if it could
 * @param roundTrip the time to connect, or the shortest time to a reply; null without a connection
 * @param banner the first line of the server; empty without one
 * @param tls the protocol and cipher suite; empty without TLS
 * @param tlsFailure why TLS failed, if the relay goes on in clear
 * @param certificate the certificate of the server; null without TLS
 * @param user as whom the relay has logged in; empty if it has not
 * @param mechanism how it has logged in; empty if it has not
 * @param maxBytes the size of the largest message; 0 if the server names no limit
 * @param offers the lines of the reply to EHLO except the first, as far as the session came
 */
record HostFindings(
        NextHop nextHop,
        MailHost host,
        String address,
        @Nullable String failure,
        @Nullable Duration roundTrip,
        String banner,
        String tls,
        @Nullable String tlsFailure,
        @Nullable Certificate certificate,
        String user,
        String mechanism,
        long maxBytes,
        List<String> offers) {

    /**
     * The certificate of a server.
     *
     * @param names the names and addresses that it is for (RFC 6125 §6.4)
     * @param trusted whether it is trusted and has the name of the server
     */
    record Certificate(String subject, List<String> names, String issuer, Instant expires, boolean trusted) {
        Certificate {
            names = List.copyOf(names);
        }
    }

    HostFindings {
        offers = List.copyOf(offers);
    }

    /** A host that was not reached. */
    static HostFindings unreached(NextHop nextHop, MailHost host, String failure) {
        return new HostFindings(nextHop, host, "", failure, null, "", "", null, null, "", "", 0, List.of());
    }

    boolean isGood() {
        return failure == null;
    }

    HostFindings withCertificate(Certificate other, String protocol) {
        return new HostFindings(
                nextHop,
                host,
                address,
                failure,
                roundTrip,
                banner,
                protocol,
                tlsFailure,
                other,
                user,
                mechanism,
                maxBytes,
                offers);
    }
}
