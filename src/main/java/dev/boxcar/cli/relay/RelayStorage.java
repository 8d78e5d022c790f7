// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.queue.SpoolRelayQueue;
import dev.boxcar.relay.shared.FallbackQueue;
import dev.boxcar.relay.shared.SharedQueue;
import dev.boxcar.spool.SpoolStatistics;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the relay keeps its queue: in its own spool, or in an engine that it shares with other relays.
 *
 * @param maxMessageBytes the size of the largest message that can be stored
 * @param statistics supplies the counters of the spool; null if there is none
 * @param description for the log
 */
record RelayStorage(
        RelayQueue queue, long maxMessageBytes, @Nullable Supplier<SpoolStatistics> statistics, String description) {
    private static final Logger LOG = LoggerFactory.getLogger(RelayStorage.class);
    /** The directories of the spool that have mail in them. */
    private static final List<String> WITH_MAIL = List.of("segment", "blob", "quarantine");

    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("------rwx");

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
        hideMail(options.spool);
        return spool;
    }

    /** Other users of the machine may enter the spool's directory, for its maildrop, but may not read mail. */
    private static void hideMail(Path spool) {
        try {
            for (String name : WITH_MAIL) {
                Path directory = spool.resolve(name);
                Disk.LOCAL.createDirectories(directory);
                hide(directory);
            }
            Disk.LOCAL.forceDirectory(spool); // as a directory that the spool makes itself
        } catch (IOException e) {
            LOG.warn("other users may be able to read the mail in {}: {}", spool, e.toString());
        }
    }

    private static void hide(Path directory) throws IOException {
        var view = Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        if (view != null) {
            Set<PosixFilePermission> mode = EnumSet.copyOf(view.readAttributes().permissions());
            if (mode.removeAll(OTHERS)) {
                view.setPermissions(mode);
            }
        }
    }
}
