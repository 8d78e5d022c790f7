// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

/** A mistake in a file of aliases. The message is one line that names the file and, if there is one, the line. */
public final class InvalidAliasesException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidAliasesException(String message) {
        super(message);
    }
}
