// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentInventory;
import dev.boxcar.spool.format.SegmentLeases;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import dev.boxcar.spool.recovery.Recovery;
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

/**
 * What a look at every byte of a spool found.
 *
 * @param segments segments read
 * @param records records whose bytes are what was written
 * @param wrong what is not, and where; one line each
 * @param unfinished bytes at the very end that nobody was promised: being written just now, or torn, to be cut at the
 *     next start
 */
public record Verification(int segments, long records, List<String> wrong, long unfinished) {

    static Verification of(SpoolDirectory directory) throws IOException {
        return new Look(directory).run();
    }

    private static final class Look {
        private final SpoolDirectory directory;
        private final List<String> wrong = new ArrayList<>();
        private final Map<Ulid, RecordLocation> blobs = new LinkedHashMap<>();
        private final Set<Ulid> done = new HashSet<>();
        private long records;
        private long durable;
        private long lastSequence;
        private @Nullable Bad tail;

        Look(SpoolDirectory directory) {
            this.directory = directory;
        }

        Verification run() throws IOException {
            List<SegmentName> names = directory.leases().all(SegmentLeases.MOST);
            long unfinished = 0;
            for (int i = 0; i < names.size(); i++) {
                read(names.get(i));
                Bad end = tail;
                if (end != null && i == names.size() - 1 && isTorn(end)) {
                    unfinished = end.to() - end.from();
                } else if (end != null) {
                    wrong.add(end.describe(names.get(i)));
                }
            }
            for (long number : SegmentInventory.missing(directory, names)) {
                wrong.add("segment " + number + " is missing");
            }
            checkBlobs();
            return new Verification(names.size(), records, List.copyOf(wrong), unfinished);
        }

        private void read(SegmentName name) throws IOException {
            tail = null;
            try (var scan = new SegmentScanner(directory.segment(name), name, Depth.PAYLOADS)) {
                for (var piece = scan.next(); piece != null; piece = scan.next()) {
                    if (piece instanceof Found found) {
                        records++;
                        if (found.header().type() == RecordType.DONE) {
                            done.add(found.header().id());
                        }
                        durable = Math.max(durable, found.header().durable());
                        lastSequence = Math.max(lastSequence, found.header().sequence());
                        if (found.header().type() == RecordType.BLOB) {
                            blobs.put(found.header().id(), RecordLocation.of(name, found.offset(), found.header()));
                        }
                    } else if (piece instanceof Bad bad) {
                        if (bad.to() == scan.size()) {
                            tail = bad;
                        } else {
                            wrong.add(bad.describe(name));
                        }
                    }
                }
            }
        }

        /** The rule of {@link Recovery}. */
        private boolean isTorn(Bad end) {
            RecordHeader header = end.header();
            return !end.isOfAnother() && lastSequence >= durable && (header == null || header.sequence() > durable);
        }

        /**
         * The file of a large message that is done may have gone; its DONE is there before, and may be behind what was
         * read.
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
                wrong.addAll(suspects.values());
            }
        }

        private void checkBlob(Ulid id, RecordLocation place, Map<Ulid, String> suspects) throws IOException {
            var record = StoredRecord.load(directory, id, place);
            Path file = record.blobFile();
            if (file == null || !holds(file, record)) {
                suspects.put(
                        id,
                        "segment " + place.segment() + ", octet " + place.offset() + ": the file of " + id
                                + " is missing, or not what was written: " + file);
            }
        }

        private static boolean holds(Path file, StoredRecord record) throws IOException {
            try {
                return Files.isRegularFile(file) && record.blobHolds();
            } catch (NoSuchFileException removed) {
                return false;
            }
        }
    }
}
