// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import dev.boxcar.web.http.HttpProblem;
import java.io.IOException;

/** Something that a request asks of the relay, which may not respond. */
@FunctionalInterface
interface RelayQuestion<T> {
    T ask() throws IOException;

    /** The answer; a relay that does not respond is a 503. */
    static <T> T answer(RelayQuestion<T> question) throws HttpProblem {
        try {
            return question.ask();
        } catch (IOException e) {
            throw new HttpProblem(503, String.valueOf(e.getMessage()));
        }
    }
}
