// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.format.RecordLoader;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import dev.boxcar.spool.index.SpoolIndex;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the files in {@code blob/} with the records that name them, before the writer starts. One that no record
 * names is removed, kept in {@code corrupt/} where a record that named it may have rotted, or left where it is while a
 * segment is missing. A message whose file is missing or of another length is not found any more, and a warning is
 * logged.
 *
 * <p>What is in the files is read only where no durable mark says that it was forced: there power loss may have left
 * other bytes. Such a file is moved to {@code corrupt/}; one that is whole is forced, since it is served from now on.
 * Of the rest {@link SpoolReader#verify} tells.
 */
final class BlobCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BlobCheck.class);

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final long durable;
    private final Orphans orphans;
    private final Set<Path> named = new HashSet<>();
    private final Set<Path> unforced = new HashSet<>();

    /** What becomes of files that no record names. */
    enum Orphans {
        /** No record was lost: nobody was promised them. */
        GO,
        /** Records rotted: what they named may be all that is left of a message. */
        ARE_KEPT_ASIDE,
        /** A segment is missing: when it is put back, its records name them. */
        STAY
    }

    /** A check behind which everything up to the sequence {@code durable} was forced by an earlier life. */
    BlobCheck(SpoolDirectory directory, Disk disk, SpoolIndex index, long durable, Orphans orphans) {
        this.durable = durable;
        this.orphans = orphans;
        this.directory = directory;
        this.disk = disk;
        this.index = index;
    }

    void run() throws IOException {
        try (var source = new RecordLoader(directory)) {
            for (SpoolIndex.Known one : index.known(0)) {
                if (one.place().type() == RecordType.BLOB) {
                    check(one.id(), source.load(one.id(), one.place()));
                }
            }
        }
        for (Path home : unforced) {
            disk.forceDirectory(home);
        }
        settleOrphans();
        index.forgetDeadBlobs();
    }

    private void settleOrphans() throws IOException {
        int count = 0;
        for (Path file : files()) {
            if (named.contains(file)) {
                continue;
            }
            count++;
            switch (orphans) {
                case GO -> disk.delete(file);
                case ARE_KEPT_ASIDE -> quarantine(file);
                case STAY -> LOG.debug("event=blob-stays file={}", file);
            }
        }
        if (count > 0 && orphans == Orphans.GO) {
            LOG.info("event=blobs-removed count={} cause=\"no message has them\"", count);
        } else if (count > 0) {
            LOG.warn("event=blobs-without-message count={} orphans={}", count, orphans);
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
        } else if (record.sequence() > durable) {
            secure(id, file, record);
        }
    }

    private void secure(Ulid id, Path file, StoredRecord record) throws IOException {
        if (!record.blobHolds()) {
            LOG.warn("event=blob-torn id={} file={} cause=\"power was lost before it was forced\"", id, file);
            quarantine(file);
            index.lost(id);
            return;
        }
        try (Disk.DiskFile blob = disk.open(file)) {
            blob.force();
        }
        unforced.addAll(Set.of(file.resolveSibling(""), directory.blobs(), directory.path()));
    }

    /** Moves a file to where it is in nobody's way and is not lost. */
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
