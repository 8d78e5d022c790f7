// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.auth;

import dev.boxcar.async.WorkerPool;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Credentials;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks claims against {@link Users} on worker threads, because hashing a password is slow on purpose. When too many
 * claims are waiting, the client gets a temporary error. Any thread.
 */
public final class UserCredentials implements Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(UserCredentials.class);

    private final Supplier<Users> users;
    private final Set<Mechanism> mechanisms;
    private final WorkerPool workers = WorkerPool.open("auth");

    /** Calls {@code users} for each claim, on a worker thread. Offers CRAM-MD5 if a plain-text password exists now. */
    public UserCredentials(Supplier<Users> users) {
        this.users = users;
        this.mechanisms =
                EnumSet.of(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.SCRAM_SHA_256, Mechanism.SCRAM_SHA_256_PLUS);
        if (users.get().hasPlainPassword()) {
            mechanisms.add(Mechanism.CRAM_MD5);
        }
    }

    @Override
    public Set<Mechanism> mechanisms() {
        return Set.copyOf(mechanisms);
    }

    @Override
    public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
        verify("session=" + client.session(), claim, answer);
    }

    /** Checks the claim of a session of another protocol, such as POP3. The log calls the session {@code session}. */
    public void verify(String session, Claim claim, Consumer<ClaimResult> answer) {
        try {
            workers.execute(() -> answer.accept(users.get().check(claim)));
        } catch (RejectedExecutionException e) {
            LOG.warn("{} authentication refused for now, too many are waiting: {}", session, e.getMessage());
            answer.accept(ClaimResult.UNAVAILABLE);
        }
    }
}
