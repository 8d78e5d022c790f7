// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.ChannelLease;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentLeases;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.format.StoredRecord;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks into a spool of segments without taking it: also into one that another process writes to. Changes nothing.
 *
 * <p>What is listed is what was there when it was opened. It keeps the segments open, and reads on in those that are
 * compacted meanwhile; their room on disk comes back when it is closed. Of so many segments that not all can be kept,
 * it reads again when one has gone, and lists what is there then. Confined to one thread.
 */
public final class SpoolReader implements Closeable {
    private static final int MOST_TRIES = 10;

    private final SpoolDirectory directory;
    private final int mostLeases;
    private SpoolIndex index = new SpoolIndex();

    private SpoolReader(SpoolDirectory directory, int mostLeases) {
        this.directory = directory;
        this.mostLeases = mostLeases;
    }

    /** Opens the spool in {@code path} and reads what is in it. */
    public static SpoolReader open(Path path) throws IOException {
        return open(path, SegmentLeases.MOST);
    }

    public static SpoolReader open(Path path, int mostLeases) throws IOException {
        var reader = new SpoolReader(SpoolDirectory.read(path), mostLeases);
        try {
            reader.read();
        } catch (IOException e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }

    /**
     * Reads all segments; again, where one that is not kept was compacted away meanwhile, since what it held may be
     * where nobody looked any more.
     */
    private void read() throws IOException {
        SegmentLeases leases = directory.leases();
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            List<SegmentName> names = leases.all(mostLeases);
            SpoolIndex fresh = loaded(names);
            if (fresh != null && (names.stream().allMatch(leases::keeps) || leases.areThere(names))) {
                fresh.settle(SpoolIndex.Left.WHOLE);
                index = fresh;
                return;
            }
        }
        throw new SpoolException(
                "the segments of " + directory.path() + " change faster than they are read: try again");
    }

    /** What is in these segments, or null where one has gone. */
    private @Nullable SpoolIndex loaded(List<SegmentName> names) throws IOException {
        var fresh = new SpoolIndex();
        try {
            for (SegmentName name : names) {
                load(name, fresh);
            }
            return fresh;
        } catch (NoSuchFileException compacted) {
            return null;
        }
    }

    /** Where the message lies; looked for again when the segment where it lay is gone. */
    private @Nullable RecordLocation place(Ulid id) throws IOException {
        RecordLocation place = index.find(id);
        if (place != null
                && !directory.leases().keeps(place.segment())
                && !Files.exists(place.segment().in(directory.segments()))) {
            read();
            place = index.find(id);
        }
        return place;
    }

    private void load(SegmentName name, SpoolIndex target) throws IOException {
        try (var scan = new SegmentScanner(directory.segment(name), name, Depth.HEADERS)) {
            for (var piece = scan.next(); piece != null; piece = scan.next()) {
                if (piece instanceof Found found) {
                    apply(name, found, scan, target);
                }
            }
        }
    }

    private static void apply(SegmentName name, Found found, SegmentScanner scan, SpoolIndex target) throws IOException {
        Ulid id = found.header().id();
        var place = RecordLocation.of(name, found.offset(), found.header());
        switch (place.type()) {
            case MESSAGE, BLOB -> target.message(id, place);
            case STATE -> {
                if (!scan.payloadHolds(found.header(), found.offset())) {
                    return; // verify tells
                }
                byte[] text = scan.read(place.textOffset(), place.textLength());
                target.state(id, place, StoredRecord.envelope(place, text));
            }
            case DONE -> target.done(id, place);
            case MARK, SEAL -> {}
        }
    }

    /** The messages, in commit order. */
    public List<Ulid> ids() {
        return index.ids();
    }

    /** The message with this id, or null. */
    public @Nullable SpoolRecord find(Ulid id) throws IOException {
        return StoredRecord.find(directory, id, this::place);
    }

    /** Whether the bytes of this message are those that were written. */
    public boolean isSound(Ulid id) throws IOException {
        RecordLocation place = place(id);
        if (place == null) {
            return false;
        }
        try (var scan = new SegmentScanner(directory.segment(place.segment()), place.segment(), Depth.HEADERS)) {
            if (!scan.isSoundAt(place.offset())) {
                return false;
            }
        }
        return place.type() != RecordType.BLOB
                || StoredRecord.load(directory, id, place).blobHolds();
    }

    /** What was last noted of a message, by namespace. */
    public Map<String, Envelope> states(Ulid id) {
        return index.states(id);
    }

    /** Reads every byte and compares it with what was written. */
    public static Verification verify(Path path) throws IOException {
        for (int tries = 1; ; tries++) {
            try (var directory = SpoolDirectory.read(path)) {
                return Verification.of(directory);
            } catch (NoSuchFileException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Shows the text of one record: its header line, and its place. */
    @FunctionalInterface
    public interface Listing {
        void record(long offset, String header, @Nullable SpoolRecord record) throws IOException;
    }

    /**
     * Shows every record of one segment, MARK and SEAL too; {@code record} is null, and {@code header} says why, where
     * bytes are no record.
     *
     * @param segment a path, or a name within the spool
     */
    public static void dump(Path path, String segment, Listing listing) throws IOException {
        SpoolDirectory directory = SpoolDirectory.read(path);
        Path file = Path.of(segment).getFileName();
        SegmentName name = file == null ? null : SegmentName.parse(file.toString());
        if (name != null) {
            try (var lease = directory.segment(name)) {
                dump(directory, name, lease, listing);
                return;
            } catch (NoSuchFileException e) {
                // said below
            }
        }
        throw new SpoolException(
                "there is no segment " + segment + " in " + directory.segments() + ": name one that is there");
    }

    private static void dump(SpoolDirectory directory, SegmentName name, ChannelLease lease, Listing listing)
            throws IOException {
        try (var scan = new SegmentScanner(lease, name, Depth.PAYLOADS)) {
            for (var piece = scan.next(); piece != null; piece = scan.next()) {
                if (piece instanceof Found found) {
                    String line = new String(
                            scan.read(found.offset(), RecordHeader.LENGTH - 1),
                            java.nio.charset.StandardCharsets.ISO_8859_1);
                    var place = RecordLocation.of(name, found.offset(), found.header());
                    listing.record(
                            found.offset(),
                            line,
                            StoredRecord.load(
                                    directory, lease.channel(), found.header().id(), place));
                } else if (piece instanceof Bad bad) {
                    listing.record(bad.from(), bad.describe(name), null);
                }
            }
        }
    }
}
