// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import dev.boxcar.relay.route.StsPolicy;
import java.io.IOException;

/** Fetches the policy of a domain from its policy server. Blocks for a bounded time. */
@FunctionalInterface
public interface StsPolicyFetch {
    /**
     * The policy that the domain has now.
     *
     * @param domain in ASCII and lower case
     * @throws IOException if there is none, or it is invalid, or its server did not prove its name
     */
    StsPolicy fetch(String domain) throws IOException;
}
