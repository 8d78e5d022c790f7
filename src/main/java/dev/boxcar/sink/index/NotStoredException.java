// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

/**
 * A change was made in the inbox, but the spool did not store it, so it may be lost at the next start. The message is
 * one line for the user.
 */
public final class NotStoredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotStoredException(String message) {
        super(message);
    }
}
