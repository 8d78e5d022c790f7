// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.ScramVerifier;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Credentials;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** Credentials with a single user; answers at once. */
final class SingleUser implements Credentials {
    private final String user;
    private final String password;
    private final ScramVerifier verifier;

    private SingleUser(String user, String password) {
        this.user = user;
        this.password = password;
        this.verifier = ScramVerifier.of(password, "salt".getBytes(UTF_8), ScramVerifier.MIN_ITERATIONS);
    }

    /** {@code user:password}. */
    static SingleUser of(String pair) {
        String[] parts = pair.split(":", 2);
        return new SingleUser(parts[0], parts[1]);
    }

    @Override
    public Set<Mechanism> mechanisms() {
        return EnumSet.range(Mechanism.PLAIN, Mechanism.SCRAM_SHA_256_PLUS);
    }

    @Override
    public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
        answer.accept(answer(claim));
    }

    private ClaimResult answer(Claim claim) {
        boolean known = claim.user().equals(user);
        if (claim instanceof Claim.Scram) {
            return known ? new ClaimResult.Verifier(verifier) : ClaimResult.NO;
        }
        boolean proved = claim instanceof Claim.Password given
                ? given.isProvedBy(verifier) && given.actAs().isEmpty()
                : claim instanceof Claim.Digest digest && digest.isProvedBy(password);
        return known && proved ? ClaimResult.YES : ClaimResult.NO;
    }
}
