// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.io.InputStream;
import java.util.Collection;

/** Sends the replies of a command handler to the client, in the order of the calls. Loop thread. */
interface Pop3Replies {
    /** {@code +OK text}. */
    void ok(String text);

    /** {@code -ERR text}; counts as an error of the client. */
    void error(String text);

    /** {@code -ERR text} for a fault of the server, which does not count as an error of the client. */
    void fault(String text);

    /** {@code + text}: asks for the next line of a SASL exchange (RFC 5034 §4). */
    void challenge(String text);

    /** {@code +OK text}, these lines, and the dot that ends them. */
    void lines(String text, Collection<String> lines);

    /** {@code +OK text}, a message as {@link MessageLines} makes it, and the dot. Closes the stream. */
    void message(String text, InputStream lines);
}
