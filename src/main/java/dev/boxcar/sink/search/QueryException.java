// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

/** A query that means nothing. The message is the one line that the user is shown. */
public final class QueryException extends Exception {
    private static final long serialVersionUID = 1;

    /** With the user's line. */
    public QueryException(String line) {
        super(line);
    }
}
