// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.path.ForwardPath;

/**
 * Whom a message is for, and what is asked for this one.
 *
 * @param path the forward-path
 * @param parameters NOTIFY and ORCPT (RFC 3461 §4.1, §4.2), parted by spaces, or nothing; left out where the server
 *     does not offer DSN
 */
public record Recipient(ForwardPath path, String parameters) {
    public Recipient {
        MailTransaction.requireParameters(parameters);
    }

    /** A recipient for whom nothing is asked. */
    public static Recipient of(ForwardPath path) {
        return new Recipient(path, "");
    }
}
