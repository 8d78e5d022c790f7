// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolContract;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, for segments. */
class SegmentSpoolTest extends SpoolContract {
    @TempDir
    Path directory;

    @Override
    protected Spool open() throws IOException {
        // Small segments, so that several are read.
        return open("spool", SpoolOptions.DEFAULTS.withSegmentBytes(100_000));
    }

    private Spool open(String name, SpoolOptions options) throws IOException {
        return SegmentSpool.open(directory.resolve(name), options.withSync(Sync.NONE), e -> {});
    }
}
