// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.relay;

import dev.boxcar.spool.SpoolStatistics;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Facts about the relay that its web interface shows.
 *
 * @param version the program's version
 * @param hostname the relay's name in the banner
 * @param label a word that tells several instances apart; may be empty
 * @param startedMillis when it started, in milliseconds since 1970
 * @param spool supplies the counters of the spool; null if the queue is not in a spool
 */
public record RelayInfo(
        String version,
        String hostname,
        String label,
        long startedMillis,
        @Nullable Supplier<SpoolStatistics> spool) {}
