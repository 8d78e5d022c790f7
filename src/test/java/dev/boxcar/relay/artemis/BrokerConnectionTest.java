// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.ClientThreads;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection to a broker. */
@Timeout(120)
class BrokerConnectionTest {
    @TempDir
    Path directory;

    /** The thread that stores results gives up a connection that the receiving thread may just have closed. */
    @Test
    void aConnectionThatIsClosedCanBeGivenUp() throws Exception {
        var threads = new ClientThreads();
        try (var broker = new EmbeddedBroker(directory.resolve("broker"))) {
            SharedQueueSettings settings = SharedQueueSettings.at(broker.addresses(), directory.resolve("queue"))
                    .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD));
            BrokerConnection connection =
                    BrokerConnection.open(BrokerConnection.transports(settings), settings, threads);
            connection.close();
            assertThatCode(connection::abort).doesNotThrowAnyException();
        } finally {
            threads.close();
        }
    }
}
