// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Reply;

/**
 * Where the answer to one question of a session goes: within the call that asks, or later. The first answer counts, and
 * one that comes when the session is gone is dropped. Any thread.
 */
public interface Decision {

    /** Yes: the session goes on with the words that it has for that. */
    void accept();

    /**
     * The answer in these words: yes where the code is 2yz, no where it is 4yz or 5yz; 421 also ends the session. To
     * DATA and BDAT, yes is said by {@link #accept} alone.
     *
     * @throws IllegalArgumentException if the code is 3yz
     */
    void answer(Reply reply);
}
