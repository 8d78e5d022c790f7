// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.disk;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.segment.SegmentSpool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A disk on which forcing a file fails if its name ends as given. For programs that tests start. */
public final class FailingForceDisk implements Disk {
    private final String ending;

    public FailingForceDisk(String ending) {
        this.ending = ending;
    }

    /** Opens a spool on such a disk, under {@code sync = group}. */
    public static SegmentSpool open(Path path, String ending, Consumer<IOException> onFatal) throws SpoolException {
        var options = SpoolOptions.DEFAULTS.withSync(Sync.GROUP).withBlobBytes(100_000);
        return SegmentSpool.open(path, options, onFatal, new FailingForceDisk(ending));
    }

    private DiskFile failing(Path path, DiskFile file) {
        return path.toString().endsWith(ending) ? new Failing(file) : file;
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        return failing(path, Disk.LOCAL.create(path));
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        return failing(path, Disk.LOCAL.open(path));
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Disk.LOCAL.createDirectories(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Disk.LOCAL.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        Disk.LOCAL.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        Disk.LOCAL.forceDirectory(directory);
    }

    @Override
    public long freeBytes(Path directory) {
        return Disk.LOCAL.freeBytes(directory);
    }

    private record Failing(DiskFile file) implements DiskFile {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            file.write(bytes, position);
        }

        @Override
        public void force() throws IOException {
            throw new IOException("Input/output error");
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
