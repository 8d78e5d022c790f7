// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import dev.boxcar.smtp.path.ForwardPath;

/**
 * One recipient of a message to be sent. Immutable; any thread.
 *
 * @param path the forward-path
 * @param parameters NOTIFY and ORCPT (RFC 3461 §4.1, §4.2), separated by spaces, or empty; omitted if the server does
 *     not offer DSN
 */
public record Recipient(ForwardPath path, String parameters) {
    public Recipient {
        MailTransaction.requireParameters(parameters);
    }

    /** A recipient without parameters. */
    public static Recipient of(ForwardPath path) {
        return new Recipient(path, "");
    }
}
