// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.auth;

/** A list of users is invalid. The message is one line for the person who wrote the list. */
public final class InvalidUsersException extends Exception {
    private static final long serialVersionUID = 1;

    /** With the line for the user. */
    public InvalidUsersException(String message) {
        super(message);
    }
}
