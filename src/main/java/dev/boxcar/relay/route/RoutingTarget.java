// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.EnhancedStatus;

/** Where a rule sends its mail. */
public sealed interface RoutingTarget {
    /** To servers of the configuration. */
    record Smarthost(NextHop nextHop) implements RoutingTarget {}

    /** To the servers that the MX records of the recipient's domain name (RFC 5321 §5.1). */
    record Mx() implements RoutingTarget {}

    /** Nowhere, as if it had been delivered. */
    record Discard() implements RoutingTarget {}

    /** Back to the sender, with this status of class 5 and this text. */
    record Refuse(EnhancedStatus status, String text) implements RoutingTarget {}
}
