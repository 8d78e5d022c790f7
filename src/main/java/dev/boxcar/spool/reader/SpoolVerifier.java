// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentInventory;
import dev.boxcar.spool.format.SegmentLeases;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads every byte of a spool and checks it. Confined to one thread. */
final class SpoolVerifier {
    private final SpoolDirectory directory;
    private final List<String> problems = new ArrayList<>();
    private final Map<Ulid, RecordLocation> blobs = new LinkedHashMap<>();
    private final Set<Ulid> done = new HashSet<>();
    private long records;
    private long durable;
    private long lastSequence;
    /** The last bytes of the segment that was read last, if they are not a record. */
    private @Nullable Bad tail;

    SpoolVerifier(SpoolDirectory directory) {
        this.directory = directory;
    }

    Verification run() throws IOException {
        List<SegmentName> names = directory.leases().openAll(SegmentLeases.MAX_OPEN);
        long unfinishedBytes = 0;
        for (int i = 0; i < names.size(); i++) {
            read(names.get(i));
            Bad end = tail;
            if (end != null && i == names.size() - 1 && end.isTornTail(durable, lastSequence)) {
                unfinishedBytes = end.to() - end.from();
            } else if (end != null) {
                problems.add(end.describe(names.get(i)));
            }
        }
        for (long number : SegmentInventory.missing(directory, names)) {
            problems.add("segment " + number + " is missing");
        }
        checkBlobs();
        return new Verification(names.size(), records, List.copyOf(problems), unfinishedBytes);
    }

    private void read(SegmentName name) throws IOException {
        tail = null;
        try (var scanner = new SegmentScanner(directory.lease(name), name, Depth.PAYLOADS)) {
            for (var piece = scanner.next(); piece != null; piece = scanner.next()) {
                if (piece instanceof Found found) {
                    add(name, found);
                } else if (piece instanceof Bad bad) {
                    if (bad.to() == scanner.size()) {
                        tail = bad;
                    } else {
                        problems.add(bad.describe(name));
                    }
                }
            }
        }
    }

    private void add(SegmentName name, Found found) {
        RecordHeader header = found.header();
        records++;
        durable = Math.max(durable, header.durable());
        lastSequence = Math.max(lastSequence, header.sequence());
        if (header.type() == RecordType.DONE) {
            done.add(header.id());
        } else if (header.type() == RecordType.BLOB) {
            blobs.put(header.id(), RecordLocation.of(name, found.offset(), header));
        }
    }

    /**
     * Checks the blobs of messages that are not done. The blob of a message that is done may have been deleted during
     * the check, and its DONE may have been written after its segment was read. So messages with a bad blob are looked
     * up again.
     */
    private void checkBlobs() throws IOException {
        blobs.keySet().removeAll(done);
        var suspects = new LinkedHashMap<Ulid, String>();
        for (Map.Entry<Ulid, RecordLocation> blob : blobs.entrySet()) {
            checkBlob(blob.getKey(), blob.getValue(), suspects);
        }
        if (!suspects.isEmpty()) {
            try (var reader = SpoolReader.open(directory.path())) {
                suspects.keySet().retainAll(reader.ids());
            }
            problems.addAll(suspects.values());
        }
    }

    private void checkBlob(Ulid id, RecordLocation location, Map<Ulid, String> suspects) throws IOException {
        var record = StoredRecord.load(directory, id, location);
        Path file = record.blobFile();
        if (file == null || !isIntact(file, record)) {
            suspects.put(
                    id,
                    "segment " + location.segment() + ", byte " + location.offset() + ": the file of " + id
                            + " is missing or damaged: " + file);
        }
    }

    private static boolean isIntact(Path file, StoredRecord record) throws IOException {
        try {
            return Files.isRegularFile(file) && record.isBlobIntact();
        } catch (NoSuchFileException deleted) {
            return false;
        }
    }
}
