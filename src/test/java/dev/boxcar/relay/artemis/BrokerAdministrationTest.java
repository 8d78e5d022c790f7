// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators do with a queue in a broker of this process. */
class BrokerAdministrationTest extends SharedQueueAdministrationContract {
    private @Nullable EmbeddedBroker broker;

    @Override
    List<String> startBroker(Path store) throws Exception {
        EmbeddedBroker started = new EmbeddedBroker(store);
        broker = started;
        return started.addresses();
    }

    @Override
    void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }
}
