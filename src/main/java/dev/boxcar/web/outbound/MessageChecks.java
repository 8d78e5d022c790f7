// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.outbound;

import org.jspecify.annotations.Nullable;

/**
 * The checks of messages that contact other machines. A check that is null is off.
 *
 * @param links visits the links of a message
 * @param spam asks SpamAssassin about a message
 */
public record MessageChecks(
        @Nullable LinkCheck links, @Nullable SpamCheck spam) {
    /** All checks are off. */
    public static final MessageChecks NONE = new MessageChecks(null, null);
}
