// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.source;

/** A configuration file cannot be used. The message is one line for the user. */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1;

    /** The message names the file, and the line where there is one. */
    public InvalidConfigException(String message) {
        super(message);
    }
}
