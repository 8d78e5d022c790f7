// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.reader;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.KeyValueText;
import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.ChannelLease;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentLeases;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spool of segments without opening it for writing, even while another process writes to it. Changes nothing.
 *
 * <p>It lists the messages that existed when it was opened. It keeps the segments open, so that it can read them after
 * they are compacted; their disk space is freed when it is closed. If there are more segments than it can keep open,
 * and one of the others is compacted, it reads the spool again and lists the messages that exist then. Confined to one
 * thread.
 */
public final class SpoolReader implements Closeable {
    private static final int MAX_ATTEMPTS = 10;

    private final SpoolDirectory directory;
    private final int maxOpenSegments;
    private SpoolIndex index = new SpoolIndex();

    private SpoolReader(SpoolDirectory directory, int maxOpenSegments) {
        this.directory = directory;
        this.maxOpenSegments = maxOpenSegments;
    }

    /** Opens the spool in {@code path} and reads what is in it. */
    public static SpoolReader open(Path path) throws IOException {
        return open(path, SegmentLeases.MAX_OPEN);
    }

    /** Opens the spool, and keeps at most {@code maxOpenSegments} segments open. */
    public static SpoolReader open(Path path, int maxOpenSegments) throws IOException {
        var reader = new SpoolReader(SpoolDirectory.read(path), maxOpenSegments);
        try {
            reader.readAll();
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
     * Reads all segments. Starts again if one that is not kept open was compacted meanwhile, because its records may
     * now be in a segment that was already read.
     */
    private void readAll() throws IOException {
        SegmentLeases leases = directory.leases();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            List<SegmentName> names = leases.openAll(maxOpenSegments);
            SpoolIndex fresh = tryRead(names);
            if (fresh != null && (names.stream().allMatch(leases::isOpen) || leases.exist(names))) {
                fresh.settle(SpoolIndex.Completeness.COMPLETE);
                index = fresh;
                return;
            }
        }
        throw new SpoolException(
                "the segments of " + directory.path() + " change faster than they can be read: try again");
    }

    /** Reads these segments; returns null if one was compacted meanwhile. */
    private @Nullable SpoolIndex tryRead(List<SegmentName> names) throws IOException {
        var fresh = new SpoolIndex();
        try {
            for (SegmentName name : names) {
                read(name, fresh);
            }
            return fresh;
        } catch (NoSuchFileException compacted) {
            return null;
        }
    }

    private void read(SegmentName name, SpoolIndex target) throws IOException {
        try (var scanner = new SegmentScanner(directory.lease(name), name, Depth.HEADERS)) {
            for (var piece = scanner.next(); piece != null; piece = scanner.next()) {
                if (piece instanceof Found found) {
                    add(name, found, scanner, target);
                }
            }
        }
    }

    private static void add(SegmentName name, Found found, SegmentScanner scanner, SpoolIndex target)
            throws IOException {
        Ulid id = found.header().id();
        var location = RecordLocation.of(name, found.offset(), found.header());
        switch (location.type()) {
            case MESSAGE, BLOB -> target.addMessage(id, location);
            case STATE -> {
                if (!scanner.isPayloadIntact(found.header(), found.offset())) {
                    return; // verify reports it
                }
                byte[] text = scanner.read(location.textOffset(), location.textLength());
                target.addState(id, location, StoredRecord.textOf(location, text));
            }
            case DONE -> target.addDone(id, location);
            case MARK, SEAL -> {}
        }
    }

    /** Where the message is. Reads the spool again if its segment is gone. */
    private @Nullable RecordLocation locate(Ulid id) throws IOException {
        RecordLocation location = index.find(id);
        if (location != null
                && !directory.leases().isOpen(location.segment())
                && !Files.exists(location.segment().in(directory.segments()))) {
            readAll();
            location = index.find(id);
        }
        return location;
    }

    /** The ids of all messages, in commit order. */
    public List<Ulid> ids() {
        return index.ids();
    }

    /** The message with this id, or null if there is none. */
    public @Nullable SpoolRecord find(Ulid id) throws IOException {
        return StoredRecord.find(directory, id, this::locate);
    }

    /**
     * Whether the spool's writer found this message damaged when it started, and left it out. Such a message is listed
     * here, because its header can be read, but the writer does not know it.
     */
    public boolean isLeftOut(Ulid id) throws IOException {
        RecordLocation location = index.find(id);
        if (location == null || !Files.isDirectory(directory.corrupt())) {
            return false;
        }
        String prefix = location.segment() + ".";
        try (Stream<Path> copies = Files.list(directory.corrupt())) {
            return copies.map(copy -> copy.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()).split("\\+", 2))
                    .anyMatch(range -> range.length == 2 && contains(range, location.offset()));
        }
    }

    private static boolean contains(String[] fromAndLength, long offset) {
        try {
            long from = Long.parseLong(fromAndLength[0]);
            return offset >= from && offset < from + Long.parseLong(fromAndLength[1]);
        } catch (NumberFormatException e) {
            return false; // not a copy of the writer
        }
    }

    /** Whether the message exists and has the bytes that were written. Reads all of it. */
    public boolean isIntact(Ulid id) throws IOException {
        RecordLocation location = locate(id);
        if (location == null) {
            return false;
        }
        SegmentName segment = location.segment();
        try (var scanner = new SegmentScanner(directory.lease(segment), segment, Depth.HEADERS)) {
            if (!scanner.isUndamagedAt(location.offset())) {
                return false;
            }
        }
        return location.type() != RecordType.BLOB
                || StoredRecord.load(directory, id, location).isBlobIntact();
    }

    /** The latest states of a message, by namespace. */
    public Map<String, KeyValueText> states(Ulid id) {
        return index.states(id);
    }

    /** Reads every byte of the spool in {@code path} and checks it. */
    public static Verification verify(Path path) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (var directory = SpoolDirectory.read(path)) {
                return new SpoolVerifier(directory).run();
            } catch (NoSuchFileException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Receives the records of a segment. */
    @FunctionalInterface
    public interface RecordListener {
        /**
         * A record, or a range of bytes that is not a record.
         *
         * @param header the header line; for bytes that are not a record, the problem with them
         * @param record null for bytes that are not a record
         */
        void record(long offset, String header, @Nullable SpoolRecord record) throws IOException;
    }

    /**
     * Shows every record of one segment, including MARK and SEAL.
     *
     * @param segment a path, or a name within the spool
     */
    public static void dump(Path path, String segment, RecordListener listener) throws IOException {
        SpoolDirectory directory = SpoolDirectory.read(path);
        Path file = Path.of(segment).getFileName();
        SegmentName name = file == null ? null : SegmentName.parse(file.toString());
        if (name != null) {
            try (var lease = directory.lease(name)) {
                dump(directory, name, lease, listener);
                return;
            } catch (NoSuchFileException e) {
                // reported below
            }
        }
        throw new SpoolException(
                "there is no segment " + segment + " in " + directory.segments() + ": name one that exists");
    }

    private static void dump(SpoolDirectory directory, SegmentName name, ChannelLease lease, RecordListener listener)
            throws IOException {
        try (var scanner = new SegmentScanner(lease, name, Depth.PAYLOADS)) {
            for (var piece = scanner.next(); piece != null; piece = scanner.next()) {
                if (piece instanceof Found found) {
                    byte[] line = scanner.read(found.offset(), RecordHeader.LENGTH - 1);
                    var location = RecordLocation.of(name, found.offset(), found.header());
                    var record = StoredRecord.load(
                            directory, lease.channel(), found.header().id(), location);
                    listener.record(found.offset(), new String(line, ISO_8859_1), record);
                } else if (piece instanceof Bad bad) {
                    listener.record(bad.from(), bad.describe(name), null);
                }
            }
        }
    }
}
