// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the files in {@code blob/} with the records that name them, before the writer starts: one that no record names is removed; a message whose file is
 * missing or of another length is not found any more, and a warning is logged. What is in the files is not read: {@link SpoolReader#verify} does that.
 */
final class BlobCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BlobCheck.class);

    private final SpoolDirectory directory;
    private final Disk disk;
    private final Index index;
    private final Set<Path> named = new HashSet<>();

    BlobCheck(SpoolDirectory directory, Disk disk, Index index) {
        this.directory = directory;
        this.disk = disk;
        this.index = index;
    }

    void run() throws IOException {
        try (var source = new RecordSource(directory)) {
            for (Index.Known one : index.known(0)) {
                if (one.place().type() == RecordType.BLOB) {
                    check(one.id(), source.load(one.id(), one.place()));
                }
            }
        }
        int removed = 0;
        for (Path file : files()) {
            if (!named.contains(file)) {
                disk.delete(file);
                removed++;
            }
        }
        index.forgetDeadBlobs();
        if (removed > 0) {
            LOG.info("event=blobs-removed count={} cause=\"no message has them\"", removed);
        }
    }

    private void check(Ulid id, StoredRecord record) throws IOException {
        Path file = record.blobFile();
        if (file != null) {
            named.add(file);
        }
        if (file == null || !Files.isRegularFile(file) || Files.size(file) != record.bodyLength()) {
            LOG.warn(
                    "event=blob-missing id={} file={} octets={} advice=\"restore it from a backup and start again, or ask who sent it\"",
                    id,
                    file,
                    record.bodyLength());
            index.lost(id);
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory.blobs())) {
            return List.of();
        }
        try (var all = Files.walk(directory.blobs())) {
            return all.map(Path::normalize)
                    .filter(path -> path.toString().endsWith(".eml") && Files.isRegularFile(path))
                    .toList();
        }
    }
}
