// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import org.jspecify.annotations.Nullable;

/** An answer that the server owes: to what, in which transaction, and at RCPT for which recipient. */
record Due(SessionStep step, @Nullable Flight flight, int recipient) {
    static Due ofSession(SessionStep step) {
        return new Due(step, null, -1);
    }
}
