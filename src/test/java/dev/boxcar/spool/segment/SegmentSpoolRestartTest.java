// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.segment;

import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolRestartContract;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.disk.PowerLossDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract for restarts, for segments: after a close, a kill and a power loss. */
class SegmentSpoolRestartTest {
    private static final SpoolOptions OPTIONS = SpoolOptions.DEFAULTS.withSegmentBytes(100_000);

    @Nested
    class WhenClosed extends SpoolRestartContract {
        @TempDir
        Path directory;

        @Override
        protected Spool open() throws IOException {
            return SegmentSpool.open(directory, OPTIONS.withSync(Sync.NONE), e -> {});
        }

        @Override
        protected Spool restarted(Spool spool) throws IOException {
            spool.close();
            return open();
        }
    }

    /** Without a close: the storage stays as the earlier run left it at that instant. */
    abstract static class Cut extends SpoolRestartContract {
        @TempDir
        Path directory;

        private final Random random = new Random(5);
        private int lives;
        private @Nullable PowerLossDisk disk;

        abstract Sync sync();

        abstract void leave(PowerLossDisk disk, Path target) throws IOException;

        @Override
        protected Spool open() throws IOException {
            Path now = Files.createDirectories(directory.resolve("" + lives));
            var fresh = new PowerLossDisk(now, random, Long.MAX_VALUE);
            disk = fresh;
            return SegmentSpool.open(now.resolve("spool"), OPTIONS.withSync(sync()), e -> {}, fresh);
        }

        @Override
        protected Spool restarted(Spool spool) throws IOException {
            PowerLossDisk before = Objects.requireNonNull(disk);
            before.turnOff();
            try {
                spool.close();
            } catch (SpoolException e) {
                // expected: it cannot shut down cleanly
            }
            lives++;
            leave(before, directory.resolve("" + lives));
            return open();
        }
    }

    @Nested
    class WhenKilled extends Cut {
        @Override
        Sync sync() {
            return Sync.NONE;
        }

        @Override
        void leave(PowerLossDisk disk, Path target) throws IOException {
            disk.afterKill(target);
        }
    }

    @Nested
    class WhenPowerIsLost extends Cut {
        @Override
        Sync sync() {
            return Sync.GROUP;
        }

        @Override
        void leave(PowerLossDisk disk, Path target) throws IOException {
            disk.afterPowerLoss(target);
        }
    }
}
