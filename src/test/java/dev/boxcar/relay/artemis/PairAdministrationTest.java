// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

import java.nio.file.Path;
import java.util.List;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.jspecify.annotations.Nullable;

/** What operators do with a queue in a pair of brokers that share their store, both in this process. */
class PairAdministrationTest extends SharedQueueAdministrationContract {
    private @Nullable EmbeddedActiveMQ primary;
    private @Nullable EmbeddedActiveMQ backup;

    @Override
    List<String> startBroker(Path store) throws Exception {
        int one = BrokerSetup.freePort();
        int other = BrokerSetup.freePort();
        primary = BrokerSetup.start(BrokerSetup.primary(store, one, other));
        backup = BrokerSetup.start(BrokerSetup.backup(store, other, one));
        return List.of("tcp://127.0.0.1:" + one, "tcp://127.0.0.1:" + other);
    }

    @Override
    void stopBroker() throws Exception {
        if (backup != null) {
            backup.stop();
        }
        if (primary != null) {
            primary.stop();
        }
    }
}
