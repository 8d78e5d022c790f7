// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.route.MailHost;

/** Makes the TLS settings for a connection to a server. Any thread. */
@FunctionalInterface
public interface ClientTlsContexts {
    /**
     * The settings for this server.
     *
     * @param isVerified whether the certificate must be trusted and have the server's name
     */
    TlsSettings settings(MailHost host, boolean isVerified);
}
