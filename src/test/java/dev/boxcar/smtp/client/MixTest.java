// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random refusals against a server that keeps the state that RFC 5321 gives it: the client never says what is out of
 * sequence, and what it reports is what the server took.
 */
class MixTest {
    private static final int SESSIONS = 25;

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void everyMixIsReportedAsItWas(PipeliningMode mode) throws IOException {
        for (int seed = 0; seed < SESSIONS; seed++) {
            var random = new Random(seed);
            var cutting = Cutting.values()[random.nextInt(Cutting.values().length)];
            try (var stage = Stage.opened(mode, cutting, "PIPELINING", "CHUNKING")) {
                int messages = 1 + random.nextInt(6);
                for (int i = 0; i < messages; i++) {
                    var to = new String[1 + random.nextInt(4)];
                    for (int k = 0; k < to.length; k++) {
                        to[k] = "m" + i + "r" + k;
                    }
                    stage.send("message " + i + "\r\n..\r\n", to);
                }
                stage.client.quit();
                var server = new MixedServer(random, mode == PipeliningMode.LOCKSTEP);
                stage.until(
                        () -> {
                            int used = server.hear(stage.read());
                            stage.take(used);
                            stage.sayBytes(server.takeAnswers());
                            return stage.ended;
                        },
                        "the end, seed " + seed);
                assertThat(server.complaints).as("seed %d", seed).isEmpty();
                assertThat(stage.failure).as("seed %d", seed).isNull();
                assertThat(stage.outcomes).hasSize(messages);
                assertThat(accepted(stage.outcomes)).as("seed %d", seed).isEqualTo(server.taken);
            }
        }
    }

    private static List<String> accepted(List<TransactionResult> outcomes) {
        var names = new ArrayList<String>();
        for (TransactionResult outcome : outcomes) {
            for (TransactionResult.RecipientResult one : outcome.recipients()) {
                assertThat(one.outcome()).isNotEqualTo(TransactionResult.Outcome.IN_DOUBT);
                if (one.outcome() == TransactionResult.Outcome.ACCEPTED) {
                    names.add(one.recipient().path().mailbox().localPart());
                }
            }
        }
        return names;
    }
}
