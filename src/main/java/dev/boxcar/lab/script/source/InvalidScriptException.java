// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script.source;

/**
 * A script cannot be used. The message is one line for the user: the place, if there is one, the key, and the reason.
 */
public final class InvalidScriptException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidScriptException(String message) {
        super(message, null, false, false);
    }

    /** The line for the user. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
