// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions.Damaged;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.format.RecordLoader;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import dev.boxcar.spool.index.IndexedRecord;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the files in {@code blob/} with the records that refer to them, before the writer starts. {@link Orphans}
 * says what happens to files that no record refers to. Of a message whose file is missing, or has another length, a
 * warning is logged, and {@link Damaged} says whether it is found from now on.
 *
 * <p>The content of a file is read only if no durable mark says that it was forced, because power loss may have changed
 * it. The file of a message that is left out is then moved to {@code corrupt/}; an undamaged one is forced, since its
 * message is served from now on. {@code spool verify} checks the other files.
 */
final class BlobCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BlobCheck.class);

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final long durable;
    private final Orphans orphans;
    private final Damaged damaged;
    private final Set<Path> referenced = new HashSet<>();
    private final Set<Path> directoriesToForce = new HashSet<>();

    /** What happens to files that no record refers to. */
    enum Orphans {
        /** Delete them: no record is lost, so no client was told that they are stored. */
        DELETE,
        /** Move them to {@code corrupt/}: a damaged record may have referred to them. */
        QUARANTINE,
        /** Keep them where they are: the records of a missing segment may refer to them. */
        KEEP
    }

    /** A check of a spool in which records up to the sequence number {@code durable} are known to be forced. */
    BlobCheck(SpoolDirectory directory, Disk disk, SpoolIndex index, long durable, Orphans orphans, Damaged damaged) {
        this.directory = directory;
        this.disk = disk;
        this.index = index;
        this.durable = durable;
        this.orphans = orphans;
        this.damaged = damaged;
    }

    void run() throws IOException {
        try (var loader = new RecordLoader(directory)) {
            for (IndexedRecord record : index.records(0)) {
                if (record.location().type() == RecordType.BLOB) {
                    check(record, loader);
                }
            }
        }
        for (Path home : directoriesToForce) {
            disk.forceDirectory(home);
        }
        handleOrphans();
        index.clearDeadBlobs();
    }

    private void handleOrphans() throws IOException {
        int count = 0;
        for (Path file : files()) {
            if (referenced.contains(file)) {
                continue;
            }
            count++;
            switch (orphans) {
                case DELETE -> disk.delete(file);
                case QUARANTINE -> quarantine(file);
                case KEEP -> LOG.debug("event=blob-stays file={}", file);
            }
        }
        if (count > 0 && orphans == Orphans.DELETE) {
            LOG.info("event=blobs-removed count={} cause=\"no message refers to them\"", count);
        } else if (count > 0) {
            LOG.warn("event=blobs-without-message count={} orphans={}", count, orphans);
        }
    }

    private void check(IndexedRecord indexed, RecordLoader loader) throws IOException {
        Ulid id = indexed.id();
        StoredRecord record;
        Path file;
        try {
            record = loader.load(id, indexed.location());
            file = record.blobFile();
        } catch (SpoolException e) { // the record is one of those that were found damaged
            LOG.warn("event=blob-unknown id={} cause=\"{}\"", id, e.getMessage());
            leaveOut(id);
            return;
        }
        if (file != null) {
            referenced.add(file);
        }
        if (file == null || !Files.isRegularFile(file) || Files.size(file) != record.bodyLength()) {
            LOG.warn(
                    "event=blob-missing id={} file={} octets={} advice=\"{}ask the sender to send it again\"",
                    id,
                    file,
                    record.bodyLength(),
                    damaged == Damaged.LEFT_OUT ? "restore it from a backup and start again, or " : "");
            leaveOut(id);
        } else if (record.sequence() > durable) {
            checkAndForce(id, file, record);
        }
    }

    private void leaveOut(Ulid id) {
        if (damaged == Damaged.LEFT_OUT) {
            index.markLost(id);
        }
    }

    private void checkAndForce(Ulid id, Path file, StoredRecord record) throws IOException {
        if (!record.isBlobIntact()) {
            LOG.warn("event=blob-torn id={} file={} cause=\"power was lost before it was forced\"", id, file);
            if (damaged == Damaged.LEFT_OUT) {
                quarantine(file);
            }
            leaveOut(id);
            return;
        }
        try (Disk.DiskFile blob = disk.open(file)) {
            blob.force();
        }
        directoriesToForce.addAll(Set.of(file.resolveSibling(""), directory.blobs(), directory.path()));
    }

    /** Moves a file to {@code corrupt/}. */
    private void quarantine(Path file) throws IOException {
        disk.createDirectories(directory.corrupt());
        disk.forceDirectory(directory.path());
        disk.rename(file, directory.corrupt().resolve(String.valueOf(file.getFileName())));
        disk.forceDirectory(directory.corrupt());
        disk.forceDirectory(file.resolveSibling(""));
        LOG.warn("event=blob-kept file={} directory={}", file.getFileName(), directory.corrupt());
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
