// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.smtp.EnhancedStatus;

/**
 * Why no server of a next hop was ready to take messages. It says nothing about a message, so it only defers, unless
 * the sender demands something that no server offers. Immutable.
 *
 * @param host the server that was tried last
 * @param status of class 5 if no server serves what the sender demands, else of class 4
 * @param reason one line for people; a server may have written it
 * @param isAuthentication whether the server refused the credentials
 */
public record HostFailure(String host, EnhancedStatus status, String reason, boolean isAuthentication) {
    /** Whether the mail is returned to its sender. */
    public boolean isPermanent() {
        return status.classOf() == 5;
    }
}
