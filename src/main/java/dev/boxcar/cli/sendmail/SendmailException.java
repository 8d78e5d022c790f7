// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

/** Why a message was not sent: one line for the user, and the exit status of sysexits.h. */
final class SendmailException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The options or arguments are wrong. */
    static final int USAGE = 64;
    /** The message is wrong. */
    static final int DATA = 65;
    /** A recipient does not exist, or is not an address. */
    static final int NO_USER = 67;
    /** The server refused the message. */
    static final int UNAVAILABLE = 69;
    /** The file for the message cannot be created. */
    static final int CANNOT_CREATE = 73;
    /** Reading or writing failed. */
    static final int IO = 74;
    /** A later attempt may succeed. */
    static final int TEMPORARY = 75;

    private final int status;

    SendmailException(int status, String reason) {
        super(reason);
        this.status = status;
    }

    SendmailException(int status, String reason, Exception cause) {
        super(reason, cause);
        this.status = status;
    }

    int status() {
        return status;
    }
}
