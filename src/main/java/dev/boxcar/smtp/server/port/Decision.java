// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.Reply;
import java.time.Duration;

/**
 * Receives a port's answer to a question of a session, during the call or later. Only the first answer counts; one that
 * comes after the session has ended is dropped. Any thread.
 */
public interface Decision {
    /** How long a port may take to answer. After that the session answers the client itself. */
    Duration TIMEOUT = Duration.ofSeconds(30);

    /** Yes: the session continues with its usual reply. */
    void accept();

    /**
     * Answers with this reply: 2yz means yes; 4yz and 5yz mean no; 421 also ends the session. At DATA and BDAT only
     * {@link #accept} means yes.
     *
     * @throws IllegalArgumentException if the code is 3yz
     */
    void answer(Reply reply);
}
