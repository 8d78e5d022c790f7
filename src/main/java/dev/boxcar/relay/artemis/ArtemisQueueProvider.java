// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.artemis.broker.BrokerConnection;
import dev.boxcar.relay.artemis.broker.ClientThreads;
import dev.boxcar.relay.artemis.operator.BrokerAdministration;
import dev.boxcar.relay.queue.QueueAdministration;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueProvider;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.io.IOException;
import java.util.List;

/** Opens queues in Apache Artemis. */
public final class ArtemisQueueProvider implements SharedQueueProvider {
    /** For {@link java.util.ServiceLoader}. */
    public ArtemisQueueProvider() {}

    @Override
    public String engine() {
        return "artemis";
    }

    @Override
    public void check(List<String> addresses) {
        addresses.forEach(address -> BrokerConnection.transport(address, null));
    }

    @Override
    public SharedQueue open(SharedQueueSettings settings) throws IOException {
        return ArtemisRelayQueue.open(settings);
    }

    @Override
    public QueueAdministration administration(SharedQueueSettings settings) throws IOException {
        var threads = new ClientThreads();
        BrokerConnection connection = BrokerConnection.open(BrokerConnection.transports(settings), settings, threads);
        return new BrokerAdministration(new BrokerAdministration.Connections() {
            @Override
            public BrokerConnection connection() {
                return connection;
            }

            @Override
            public void close() {
                connection.close();
                threads.close();
            }
        });
    }
}
