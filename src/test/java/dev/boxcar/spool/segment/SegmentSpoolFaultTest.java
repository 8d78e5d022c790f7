// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolFaultContract;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.disk.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** The contract for faults, for segments. */
class SegmentSpoolFaultTest extends SpoolFaultContract {
    private static final long A_LITTLE = 600;

    @TempDir
    Path directory;

    private final FaultyDisk files = new FaultyDisk();
    private final AtomicInteger fatals = new AtomicInteger();

    @Override
    protected Spool open() throws IOException {
        return SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> fatals.incrementAndGet(), files);
    }

    @Override
    protected Spool openAgain() throws IOException {
        return SegmentSpool.open(directory, SpoolOptions.DEFAULTS, e -> {});
    }

    @Override
    protected void full(boolean full) {
        files.roomBytes = full ? A_LITTLE : Long.MAX_VALUE;
    }

    @Override
    protected void fail() {
        files.forceFails = true;
    }

    @Override
    protected int fatals() {
        return fatals.get();
    }
}
