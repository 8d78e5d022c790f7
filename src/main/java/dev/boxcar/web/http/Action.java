// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.http;

import java.io.IOException;

/** What a route does with a request: it answers once, now or later. */
@FunctionalInterface
public interface Action {
    /** Answers, or sees to it that somebody will; what it throws becomes the answer where none has begun. */
    void answer(HttpExchange exchange) throws HttpProblem, IOException;
}
