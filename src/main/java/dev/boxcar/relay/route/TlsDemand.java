// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

/** What the sender of a message demands of TLS (RFC 8689). */
public enum TlsDemand {
    /** Nothing: the policies of the recipient's domain and of the configuration decide. */
    USUAL,
    /** The parameter REQUIRETLS: only servers that are authenticated and offer REQUIRETLS may have the message. */
    REQUIRED,
    /** The header field {@code TLS-Required: no}: the policies of the recipient's domain do not count. */
    WAIVED
}
