// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.util.Collection;

/** A request that cannot be served: the HTTP status and a line that tells the client why. */
public final class HttpProblem extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String allowed;

    /** A problem with this status and reason. */
    public HttpProblem(int status, String reason) {
        this(status, reason, "");
    }

    private HttpProblem(int status, String reason, String allowed) {
        super(reason, null, false, false);
        this.status = status;
        this.allowed = allowed;
    }

    /** A 400: the request is invalid. */
    public static HttpProblem badRequest(String reason) {
        return new HttpProblem(400, reason);
    }

    /** A 404: there is nothing at this path. */
    public static HttpProblem notFound() {
        return new HttpProblem(404, "404 page not found");
    }

    /** A 405: the path exists, but only for these methods (RFC 9110 §15.5.6). */
    static HttpProblem notAllowed(Collection<String> methods) {
        return new HttpProblem(405, "405 method not allowed", String.join(", ", methods));
    }

    /** The problem as JSON (RFC 9457). */
    String json() {
        return JsonText.text(json -> {
            json.writeStartObject();
            json.writeNumberField("status", status);
            json.writeStringField("detail", reason());
            json.writeEndObject();
        });
    }

    /** The value of the Allow field; empty unless this is a 405. */
    String allowed() {
        return allowed;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The line that tells the client why. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
