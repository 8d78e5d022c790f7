// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.ForceNotStartedException;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SegmentScanner.Piece;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Copies what is needed of some segments into one new segment, which takes the number of the first of them.
 *
 * <p>The copy is written under a name that no reader looks at, sealed, forced and only then given its name: it is there
 * whole or not at all. A record keeps its sequence and the CRC of its payload; its header gets the new epoch. Confined
 * to the compaction's thread.
 */
public final class SegmentCopy {
    /** What the name of a copy ends in that is not complete. */
    public static final String UNFINISHED = ".new";

    private static final int PIECE_BYTES = 256 * 1024;
    private static final long FORCE_EVERY_BYTES = 8L * 1024 * 1024;

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final List<SegmentName> victims;
    private final CopyRateLimiter pace;
    private final SegmentName name;
    private final Path unfinished;
    private final List<Move> moves = new ArrayList<>();
    private final List<Ulid> buried = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private @Nullable DiskFile file;
    private long written;
    private long forced;
    private long highest;
    private boolean named;

    private record Move(Ulid id, RecordLocation from, RecordLocation to) {}

    /** A segment cannot be read, or holds bytes that are no record. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;
        final transient SegmentName segment;

        Unreadable(SegmentName segment, String what) {
            super(what);
            this.segment = segment;
        }
    }

    SegmentCopy(SpoolDirectory directory, Disk disk, SpoolIndex index, List<SegmentName> victims, CopyRateLimiter pace) {
        this.directory = directory;
        this.disk = disk;
        this.index = index;
        this.victims = victims;
        this.pace = pace;
        this.name = new SegmentName(victims.get(0).number(), new SecureRandom().nextLong() & SegmentName.EPOCH_MASK);
        this.unfinished = directory.segments().resolve(name + UNFINISHED);
    }

    /**
     * Copies, and lets the index look for the records where they are now. False when it was given up: then nothing has
     * changed.
     */
    boolean run() throws IOException {
        try {
            for (SegmentName victim : victims) {
                if (!copy(victim)) {
                    return false;
                }
            }
            finish();
        } finally {
            if (!named) {
                remove();
            }
        }
        for (Move move : moves) {
            if (!index.moved(move.id, move.from, move.to) && move.from.type().isMessage()) {
                buried.add(move.id); // it died meanwhile, and the copy has a grave of its own
            }
        }
        return true;
    }

    /** The segments that it copies. */
    List<SegmentName> victims() {
        return victims;
    }

    /** The segment that was written, or null where nothing was needed. */
    @Nullable
    SegmentName output() {
        return named ? name : null;
    }

    /** Its length. */
    long bytes() {
        return written;
    }

    /** The segments that were copied are removed, and their directory is forced. */
    void victimsGone() {
        buried.forEach(index::copyGone);
        victims.forEach(index::segmentGone);
    }

    private boolean copy(SegmentName victim) throws IOException {
        try (var scan = opened(victim)) {
            for (var piece = next(victim, scan); piece != null; piece = next(victim, scan)) {
                if (piece instanceof Bad bad) {
                    throw new Unreadable(victim, bad.describe(victim));
                }
                if (piece instanceof Found found && !take(victim, found, scan)) {
                    return false;
                }
            }
        }
        return true;
    }

    private SegmentScanner opened(SegmentName victim) throws IOException {
        try {
            return new SegmentScanner(directory.segments(), victim, Depth.PAYLOADS);
        } catch (IOException e) {
            throw unread(victim, e);
        }
    }

    private static @Nullable Piece next(SegmentName victim, SegmentScanner scan) throws IOException {
        try {
            return scan.next();
        } catch (IOException e) {
            throw unread(victim, e);
        }
    }

    private static byte[] bytes(SegmentName victim, SegmentScanner scan, long at, int length) throws IOException {
        try {
            return scan.read(at, length);
        } catch (IOException e) {
            throw unread(victim, e);
        }
    }

    /** What a failure to read means: the others are compacted without this one. A lack of file descriptors passes. */
    private static IOException unread(SegmentName victim, IOException e) {
        return ResourceShortage.caused(e, Long.MAX_VALUE) ? e : new Unreadable(victim, e.toString());
    }

    private boolean take(SegmentName victim, Found found, SegmentScanner scan) throws IOException {
        RecordHeader header = found.header();
        var from = RecordLocation.of(victim, found.offset(), header);
        if (!index.isNeeded(header.id(), from)) {
            if (header.type().isMessage()) {
                buried.add(header.id());
            }
            return true;
        }
        var to = new RecordLocation(name, written, from.type(), from.sequence(), from.textLength(), from.bodyLength());
        highest = Math.max(highest, header.sequence());
        writeHeader(new RecordHeader(
                header.type(),
                header.id(),
                header.textLength(),
                header.bodyLength(),
                header.sequence(),
                name.epoch(),
                header.durable(),
                header.payloadCrc()));
        long end = found.end();
        for (long at = from.textOffset(); at < end; ) {
            byte[] bytes = bytes(victim, scan, at, (int) Math.min(PIECE_BYTES, end - at));
            write(bytes, bytes.length);
            at += bytes.length;
        }
        write(new byte[] {'\n'}, 1);
        moves.add(new Move(header.id(), from, to));
        return pace.copied(header.recordLength());
    }

    private void writeHeader(RecordHeader header) throws IOException {
        var line = new byte[RecordHeader.LENGTH];
        header.putInto(line, crc);
        write(line, line.length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        DiskFile target = file;
        if (target == null) {
            target = disk.create(unfinished);
            file = target;
        }
        target.write(ByteBuffer.wrap(bytes, 0, length), written);
        written += length;
        if (written - forced >= FORCE_EVERY_BYTES) {
            force(target);
        }
    }

    private void force(DiskFile target) throws ForceFailedException {
        try {
            target.force();
            forced = written;
        } catch (IOException e) {
            throw new ForceFailedException(e);
        }
    }

    private void finish() throws IOException {
        DiskFile target = file;
        if (target == null) {
            return;
        }
        crc.reset();
        writeHeader(new RecordHeader(RecordType.SEAL, Ulid.NONE, 0, 0, highest, name.epoch(), 0, (int) crc.getValue()));
        write(new byte[] {'\n'}, 1);
        force(target);
        target.close();
        Path home = name.in(directory.segments());
        disk.rename(unfinished, home);
        named = true;
        try {
            ForceFailedException.unlessForced(disk, directory.segments());
        } catch (ForceNotStartedException e) {
            disk.rename(home, unfinished);
            named = false; // and goes, or messages that are done meanwhile would rise again in it
            throw e;
        }
    }

    private void remove() throws IOException {
        DiskFile target = file;
        if (target != null) {
            target.close();
            disk.delete(unfinished);
            written = 0;
        }
    }
}
