// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.io.IOException;

/** Finds the maildrop of a user who has logged in. */
@FunctionalInterface
public interface Maildrops {
    /**
     * Opens the user's maildrop. May block; called on worker threads, by several at once.
     *
     * @throws IOException if it cannot be opened now; the client is told to try again later
     */
    Maildrop open(String user) throws IOException;
}
