// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.relay.shared.FallbackQueue;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the relay keeps its queue: in its own spool, or in an engine that it shares with other relays.
 *
 * @param maxMessageBytes the size of the largest message that can be stored
 * @param statistics supplies the counters of the spool; null if there is none
 * @param description for the log
 */
record RelayStorage(
        RelayQueue queue, long maxMessageBytes, @Nullable Supplier<SpoolStatistics> statistics, String description) {

    /** Opens what the options say, and registers it to be closed. */
    static RelayStorage open(RelayOptions options, Shutdown shutdown) throws IOException {
        return options.queue.isLocal() ? local(options, shutdown) : shared(options, shutdown);
    }

    private static RelayStorage local(RelayOptions options, Shutdown shutdown) throws IOException {
        SegmentSpool spool = openSpool(options, shutdown);
        var queue = new SpoolRelayQueue(spool, options.limits.queueMax).withDirectory(options.spool);
        return new RelayStorage(queue, spool.maxMessageBytes(), spool::statistics, options.spool.toString());
    }

    private static RelayStorage shared(RelayOptions options, Shutdown shutdown) throws IOException {
        if (!options.queue.hasFallback()) {
            SharedQueue queue = options.queue.open(options.spool, options.limits.queueMax);
            shutdown.closesAfterSessions(queue);
            return new RelayStorage(queue, Long.MAX_VALUE, null, options.queue.description());
        }
        SegmentSpool spool = openSpool(options, shutdown);
        SharedQueue queue = options.queue.open(options.spool, options.limits.queueMax);
        var local = new SpoolRelayQueue(spool, options.limits.queueMax).withDirectory(options.spool);
        FallbackQueue both = FallbackQueue.start(queue, local);
        shutdown.closesAfterSessions(both);
        return new RelayStorage(
                both, spool.maxMessageBytes(), spool::statistics, options.queue.description() + " or " + options.spool);
    }

    private static SegmentSpool openSpool(RelayOptions options, Shutdown shutdown) throws IOException {
        SegmentSpool spool = SegmentSpool.open(
                options.spool, SpoolRelayQueue.SPOOL_OPTIONS.withSync(options.sync), shutdown::spoolFailed);
        shutdown.closesLast(spool);
        return spool;
    }
}
