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
 * @param login what it says about the credentials
 */
public record HostFailure(String host, EnhancedStatus status, String reason, Login login) {
    /** What a failure says about the credentials of the relay. */
    public enum Login {
        /** Nothing: the relay did not come so far as to log in. */
        NOT_TRIED,
        /** Nothing for sure: the relay could not log in, and may be able to soon. */
        FAILED,
        /** A server refused them for good. Every further try counts against the account. */
        REFUSED
    }

    /** A failure that says nothing about the credentials. */
    public static HostFailure beforeLogin(String host, EnhancedStatus status, String reason) {
        return new HostFailure(host, status, reason, Login.NOT_TRIED);
    }

    /** Whether a server refused the credentials for good. */
    public boolean isLoginRefused() {
        return login == Login.REFUSED;
    }

    /** Whether the mail is returned to its sender. */
    public boolean isPermanent() {
        return status.classOf() == 5;
    }
}
