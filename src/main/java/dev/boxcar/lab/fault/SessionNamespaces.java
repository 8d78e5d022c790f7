// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.smtp.server.port.ClientInfo;

/**
 * The rule that says which namespaces a session belongs to, besides the default one. A script for a namespace applies
 * from the event on that names it. An empty text names none. Called on the loops of sessions; must not block.
 */
public interface SessionNamespaces {
    /** There is only the default namespace. */
    SessionNamespaces NONE = new SessionNamespaces() {};

    /** The namespace that follows from what is known of the client, such as its listener or its user. */
    default String ofClient(ClientInfo client) {
        return "";
    }

    /** The namespace that follows from a recipient, given as in RCPT without angle brackets. */
    default String ofRecipient(String address) {
        return "";
    }

    /** The name of the header field whose value is a namespace. */
    default String headerName() {
        return "";
    }
}
