// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

/** A request that cannot be served: its status and one line for whoever sent it. */
public final class Problem extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** A problem with this status and this line. */
    public Problem(int status, String line) {
        super(line, null, false, false);
        this.status = status;
    }

    /** The request is wrong. */
    public static Problem badRequest(String line) {
        return new Problem(400, line);
    }

    /** There is no such thing. */
    public static Problem notFound() {
        return new Problem(404, "404 page not found");
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The line that says why. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
