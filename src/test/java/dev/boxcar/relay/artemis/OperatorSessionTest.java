// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.BrokerQueues;
import dev.boxcar.relay.artemis.broker.ClientThreads;
import dev.boxcar.relay.artemis.broker.OperatorSession;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OperatorSessionTest {
    @TempDir
    Path directory;

    /** A worker that joined while the others were asked answers, too. */
    @Test
    void anAnswerOfAWorkerThatComesLateIsNotTakenForTheBrokers() throws Exception {
        boolean isDurable = false;
        var threads = new ClientThreads();
        try (var broker = new EmbeddedBroker(directory.resolve("broker"))) {
            var settings = SharedQueueSettings.at(broker.addresses(), directory.resolve("queue"))
                    .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD));
            try (BrokerConnection connection =
                    BrokerConnection.open(BrokerConnection.transports(settings), settings, threads)) {
                long messages = OperatorSession.with(connection, operator -> {
                    operator.send(
                            operator.answers().toString(), operator.session().createMessage(isDurable));
                    return operator.attribute(BrokerQueues.MAIL, "messageCount");
                });
                assertThat(messages).isZero();
            }
        } finally {
            threads.close();
        }
    }
}
