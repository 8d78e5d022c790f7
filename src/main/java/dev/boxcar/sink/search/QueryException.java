// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

/** A query is invalid. The message is one line for the user. */
public final class QueryException extends Exception {
    private static final long serialVersionUID = 1;

    /** With one line for the user. */
    public QueryException(String message) {
        super(message);
    }
}
