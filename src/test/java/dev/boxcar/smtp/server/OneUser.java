// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.Answer;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.sasl.ScramVerifier;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** Knows one user, and answers at once. */
final class OneUser implements Credentials {
    private final String user;
    private final String password;
    private final ScramVerifier verifier;

    private OneUser(String user, String password) {
        this.user = user;
        this.password = password;
        this.verifier = ScramVerifier.of(password, "salt".getBytes(UTF_8), ScramVerifier.LEAST_ITERATIONS);
    }

    /** {@code user:password}. */
    static OneUser of(String pair) {
        String[] parts = pair.split(":", 2);
        return new OneUser(parts[0], parts[1]);
    }

    @Override
    public Set<Mechanism> mechanisms() {
        return EnumSet.range(Mechanism.PLAIN, Mechanism.SCRAM_SHA_256_PLUS);
    }

    @Override
    public void verify(Client client, Claim claim, Consumer<Answer> answer) {
        answer.accept(answer(claim));
    }

    private Answer answer(Claim claim) {
        boolean known = claim.user().equals(user);
        if (claim instanceof Claim.Scram) {
            return known ? new Answer.Verifier(verifier) : Answer.NO;
        }
        boolean proved = claim instanceof Claim.Password given
                ? given.isProvedBy(verifier) && given.actAs().isEmpty()
                : claim instanceof Claim.Digest digest && digest.isProvedBy(password);
        return known && proved ? Answer.YES : Answer.NO;
    }
}
