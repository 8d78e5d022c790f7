// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.relay.route.MailHost;

/** Makes the TLS settings for a connection to a server. Any thread. */
@FunctionalInterface
public interface ClientTlsContexts {
    /** Which certificate a server must have. */
    enum Trust {
        /** Any. */
        ANY,
        /** One that the authorities for smarthosts have issued, with the server's name. */
        SMARTHOST,
        /** One that public authorities have issued, with the server's name. */
        PUBLIC
    }

    /** The settings for this server. May block. */
    TlsSettings settings(MailHost host, Trust trust);
}
