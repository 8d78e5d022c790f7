// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.artemis;

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
}
