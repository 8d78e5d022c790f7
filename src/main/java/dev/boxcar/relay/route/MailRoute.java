// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.EnhancedStatus;

/** What happens to the mail for a recipient. */
public sealed interface MailRoute {
    /** It is sent to these servers. */
    record ToHosts(NextHop nextHop) implements MailRoute {}

    /** It is dropped as if it had been delivered. */
    record Discard() implements MailRoute {}

    /**
     * It cannot be sent, now or ever.
     *
     * @param status of class 5 if it is returned to the sender, of class 4 if it is tried again
     * @param reason one line for people
     */
    record Failure(EnhancedStatus status, String reason) implements MailRoute {
        /** Whether another attempt would fail, too. */
        public boolean isPermanent() {
            return status.classOf() == 5;
        }
    }
}
