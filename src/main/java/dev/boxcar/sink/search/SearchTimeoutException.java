// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

/** A search was given up: it took too long. */
public final class SearchTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the line that the user is shown. */
    public SearchTimeoutException(String line) {
        super(line);
    }
}
