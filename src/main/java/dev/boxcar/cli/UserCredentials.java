// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

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
 * Verifies claims by {@link Users}, on helpers: a password's hash is slow on purpose. When too many claims wait, the
 * client is told to come again. Any thread.
 */
final class UserCredentials implements Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(UserCredentials.class);

    private final Supplier<Users> users;
    private final Set<Mechanism> mechanisms;
    private final WorkerPool helpers = WorkerPool.open("auth");

    /**
     * {@code users} is asked for each claim, on a helper. CRAM-MD5 is offered if a password is kept in plain by now.
     */
    UserCredentials(Supplier<Users> users) {
        this.users = users;
        this.mechanisms =
                EnumSet.of(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.SCRAM_SHA_256, Mechanism.SCRAM_SHA_256_PLUS);
        if (users.get().havePlain()) {
            mechanisms.add(Mechanism.CRAM_MD5);
        }
    }

    @Override
    public Set<Mechanism> mechanisms() {
        return Set.copyOf(mechanisms);
    }

    @Override
    public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
        try {
            helpers.execute(() -> answer.accept(users.get().answer(claim)));
        } catch (RejectedExecutionException e) {
            LOG.warn("session={} too many wait to be authenticated: {}", client.session(), e.getMessage());
            answer.accept(ClaimResult.UNAVAILABLE);
        }
    }
}
