// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random replies from a server that keeps its state as RFC 5321 requires: the client never sends a command out of
 * sequence, and reports as accepted exactly what the server accepted.
 */
@Execution(ExecutionMode.CONCURRENT) // waits for a peer most of the time
class RandomRepliesTest {
    private static final int SESSIONS = 25;

    @ParameterizedTest
    @EnumSource(PipeliningMode.class)
    void reportsWhatTheServerAccepted(PipeliningMode mode) throws IOException {
        for (int seed = 0; seed < SESSIONS; seed++) {
            var random = new Random(seed);
            var segmentation = Segmentation.values()[random.nextInt(Segmentation.values().length)];
            try (var fixture = ClientFixture.opened(mode, segmentation, "PIPELINING", "CHUNKING")) {
                int messages = 1 + random.nextInt(6);
                for (int i = 0; i < messages; i++) {
                    var to = new String[1 + random.nextInt(4)];
                    for (int k = 0; k < to.length; k++) {
                        to[k] = "m" + i + "r" + k;
                    }
                    fixture.send("message " + i + "\r\n..\r\n", to);
                }
                fixture.client.quit();
                var server = new RandomServer(random, mode == PipeliningMode.LOCKSTEP);
                fixture.until(
                        () -> {
                            int used = server.receive(fixture.read());
                            fixture.take(used);
                            fixture.sendBytes(server.takeReplies());
                            return fixture.ended;
                        },
                        "the end, seed " + seed);
                assertThat(server.complaints).as("seed %d", seed).isEmpty();
                assertThat(fixture.failure).as("seed %d", seed).isNull();
                assertThat(fixture.results).hasSize(messages);
                assertThat(acceptedRecipients(fixture.results))
                        .as("seed %d", seed)
                        .isEqualTo(server.accepted);
            }
        }
    }

    private static List<String> acceptedRecipients(List<TransactionResult> results) {
        var names = new ArrayList<String>();
        for (TransactionResult result : results) {
            for (TransactionResult.RecipientResult one : result.recipients()) {
                assertThat(one.outcome()).isNotEqualTo(TransactionResult.Outcome.IN_DOUBT);
                if (one.outcome() == TransactionResult.Outcome.ACCEPTED) {
                    names.add(one.recipient().path().mailbox().localPart());
                }
            }
        }
        return names;
    }
}
