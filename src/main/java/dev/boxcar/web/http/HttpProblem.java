// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.Collection;

/** A request that cannot be served: its status and one line for whoever sent it. */
public final class HttpProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String allowed;

    /** A problem with this status and this line. */
    public HttpProblem(int status, String line) {
        this(status, line, "");
    }

    private HttpProblem(int status, String line, String allowed) {
        super(line, null, false, false);
        this.status = status;
        this.allowed = allowed;
    }

    /** The request is wrong. */
    public static HttpProblem badRequest(String line) {
        return new HttpProblem(400, line);
    }

    /** There is no such thing. */
    public static HttpProblem notFound() {
        return new HttpProblem(404, "404 page not found");
    }

    /** There is such a thing, for these methods (RFC 9110 §15.5.6). */
    static HttpProblem notAllowed(Collection<String> methods) {
        return new HttpProblem(405, "405 method not allowed", String.join(", ", methods));
    }

    /** What the field Allow says; empty where there is none. */
    String allowed() {
        return allowed;
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
