// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract about faults, kept by segments. */
class SegmentSpoolFaultTest extends SpoolFaultContract {
    private static final long A_LITTLE = 600;

    @TempDir
    Path directory;

    private final FaultyFiles files = new FaultyFiles();
    private final AtomicInteger fatals = new AtomicInteger();

    @Override
    Spool open() throws IOException {
        return SegmentSpool.open(directory, SpoolOptions.defaults(), e -> fatals.incrementAndGet(), files);
    }

    @Override
    Spool openAgain() throws IOException {
        return SegmentSpool.open(directory, SpoolOptions.defaults(), e -> {});
    }

    @Override
    void full(boolean full) {
        files.roomBytes = full ? A_LITTLE : Long.MAX_VALUE;
    }

    @Override
    void fail() {
        files.forceFails = true;
    }

    @Override
    int fatals() {
        return fatals.get();
    }
}
