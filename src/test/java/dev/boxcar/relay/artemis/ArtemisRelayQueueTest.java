// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.queue.RelayQueueContract;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.relay.shared.SharedQueueSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** A queue in a broker of this process. */
class ArtemisRelayQueueTest extends RelayQueueContract {
    @TempDir
    Path directory;

    private @Nullable EmbeddedBroker broker;
    private @Nullable SharedQueue queue;

    @Override
    protected RelayQueue open(int maxMessages) throws Exception {
        broker = new EmbeddedBroker(directory.resolve("broker"));
        SharedQueueSettings settings = SharedQueueSettings.at(broker.addresses(), directory.resolve("queue"))
                .withLogin(new SharedQueueSettings.Login(BrokerSetup.USER, BrokerSetup.PASSWORD))
                .withMaxMessages(maxMessages);
        SharedQueue opened = new ArtemisQueueProvider().open(settings);
        queue = opened;
        return opened;
    }

    @Override
    protected void closeAll() throws Exception {
        if (queue != null) {
            queue.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
