// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.IOException;

/** Handles the requests of a route: sends one response, now or later. */
@FunctionalInterface
public interface RouteHandler {
    /** Sends the response, or arranges for it. An exception becomes the response if none has begun. */
    void handle(HttpExchange exchange) throws HttpProblem, IOException;
}
