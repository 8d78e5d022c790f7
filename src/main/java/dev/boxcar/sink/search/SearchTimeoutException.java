// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

/** A search took too long and was aborted. The message is one line for the user. */
public final class SearchTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With one line for the user. */
    public SearchTimeoutException(String message) {
        super(message);
    }
}
