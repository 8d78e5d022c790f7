// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Knows whether clients are who they say (RFC 4954).
 *
 * <p><b>Threads:</b> asked on the loop of the session, by several loops at once, and must not block: what hashes a
 * password does it elsewhere. The answer is given once, within the call or later, from any thread; the session hears
 * nothing meanwhile. An answer for a session that is gone is dropped.
 *
 * <p><b>Failure:</b> no answer within 30 s is answered 454 4.7.0; what is thrown ends the session with 421.
 */
public interface Credentials {

    /**
     * The mechanisms whose claims it can verify; never changes, so that EHLO does not (SCRAM-SHA-256-PLUS is offered
     * within TLS alone).
     */
    Set<Mechanism> mechanisms();

    /** Finds out whether what the client says of itself holds; only the first answer counts. */
    void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer);

    /** Believes everybody everything: for a sink, where a client under test is to find what it looks for. */
    static Credentials acceptAny() {
        return new Credentials() {
            @Override
            public Set<Mechanism> mechanisms() {
                return EnumSet.of(
                        Mechanism.PLAIN,
                        Mechanism.LOGIN,
                        Mechanism.CRAM_MD5,
                        Mechanism.XOAUTH2,
                        Mechanism
                                .OAUTHBEARER); // SCRAM is not: there the server has to prove that it knows the password
            }

            @Override
            public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
                answer.accept(ClaimResult.YES);
            }
        };
    }
}
