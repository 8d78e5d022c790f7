// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import dev.boxcar.spool.memory.MemorySpool;
import java.util.ArrayList;
import java.util.List;

/** A queue over a spool in memory. */
class MemoryRelayQueueTest extends RelayQueueContract {
    private final List<MemorySpool> spools = new ArrayList<>();

    @Override
    protected RelayQueue open(int maxMessages) {
        var spool = new MemorySpool(MemorySpool.capacityThatFits());
        spools.add(spool);
        return new SpoolRelayQueue(spool, maxMessages);
    }

    @Override
    protected void closeAll() {
        spools.forEach(MemorySpool::close);
    }
}
