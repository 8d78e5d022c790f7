// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import java.util.Locale;

/** Whether a message was signed. */
public enum DkimResult {
    /** No key is for its author's domain. */
    NONE,
    /** Every key of the domain has signed it. */
    SIGNED,
    /** It should be signed, but could not be. */
    FAILED;

    /** The word in logs and metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
