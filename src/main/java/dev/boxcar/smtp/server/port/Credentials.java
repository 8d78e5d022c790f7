// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Verifies the identity of clients (RFC 4954).
 *
 * <p><b>Threads:</b> called on the loop of the session, so on several loops at once, and must not block: hash passwords
 * on another thread. Answers once, during the call or later, on any thread; until then the session processes no input.
 * An answer for a session that has ended is dropped.
 *
 * <p><b>Failure:</b> without an answer within 30 s the client gets 454 4.7.0. An exception ends the session with 421.
 */
public interface Credentials {

    /**
     * The mechanisms whose claims it can verify. They must not change, because the reply to EHLO does not change.
     * SCRAM-SHA-256-PLUS is offered only inside TLS.
     */
    Set<Mechanism> mechanisms();

    /** Verifies what the client claims. Only the first answer counts. */
    void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer);

    /** Accepts any claim. This is for a test server, so that a client under test can log in with any password. */
    static Credentials acceptAny() {
        return new Credentials() {
            @Override
            public Set<Mechanism> mechanisms() {
                return EnumSet.of(
                        Mechanism.PLAIN,
                        Mechanism.LOGIN,
                        Mechanism.CRAM_MD5,
                        Mechanism.XOAUTH2,
                        Mechanism.OAUTHBEARER); // no SCRAM, where the server must prove that it knows the password
            }

            @Override
            public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
                answer.accept(ClaimResult.YES);
            }
        };
    }
}
