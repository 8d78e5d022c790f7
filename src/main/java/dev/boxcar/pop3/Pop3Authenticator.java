// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import java.util.Set;
import java.util.function.Consumer;

/** Decides whether a client is the user that it claims to be. */
public interface Pop3Authenticator {
    /** The SASL mechanisms that AUTH offers (RFC 5034); USER and PASS are offered if PLAIN is among them. */
    Set<Mechanism> mechanisms();

    /**
     * Verifies a claim. Called on the loop, and must not block it.
     *
     * @param result receives the result once, on any thread, now or later
     */
    void verify(Claim claim, Consumer<ClaimResult> result);
}
