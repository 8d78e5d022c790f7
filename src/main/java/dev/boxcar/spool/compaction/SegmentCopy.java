// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.compaction;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.ForceFailedException;
import dev.boxcar.spool.disk.ForceNotStartedException;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SegmentScanner.Depth;
import dev.boxcar.spool.format.SegmentScanner.Found;
import dev.boxcar.spool.format.SegmentScanner.Piece;
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
 * Copies the needed records of some segments into one new segment, which gets the number of the first of them.
 *
 * <p>The copy is written under a temporary name that no reader looks at, sealed, forced, and only then renamed: it
 * exists completely or not at all. A record keeps its sequence number and the CRC of its payload; its header gets the
 * new epoch. Confined to the compaction thread.
 */
final class SegmentCopy {
    private static final int PIECE_BYTES = 256 * 1024;
    private static final long FORCE_EVERY_BYTES = 8L * 1024 * 1024;
    private static final byte[] LF = {'\n'};

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final List<SegmentName> sources;
    private final CopyRateLimiter limiter;
    private final SegmentName name;
    private final Path temporary;
    private final List<Move> moves = new ArrayList<>();
    /** Messages of which a source segment has a copy that is not needed. */
    private final List<Ulid> superfluous = new ArrayList<>();

    private final CRC32C crc = new CRC32C();
    private @Nullable DiskFile file;
    private long written;
    private long forced;
    private long highestSequence;
    private boolean renamed;

    private record Move(Ulid id, RecordLocation from, RecordLocation to) {}

    SegmentCopy(
            SpoolDirectory directory, Disk disk, SpoolIndex index, List<SegmentName> sources, CopyRateLimiter limiter) {
        this.directory = directory;
        this.disk = disk;
        this.index = index;
        this.sources = sources;
        this.limiter = limiter;
        this.name = SegmentName.withNewEpoch(sources.get(0).number(), new SecureRandom());
        this.temporary = directory.unfinished(name);
    }

    /** Copies, and updates the locations in the index. Returns false if it was stopped; then nothing has changed. */
    boolean run() throws IOException {
        try {
            for (SegmentName source : sources) {
                if (!copy(source)) {
                    return false;
                }
            }
            finish();
        } finally {
            if (!renamed) {
                discard();
            }
        }
        for (Move move : moves) {
            if (!index.move(move.id, move.from, move.to) && move.from.type().isMessage()) {
                superfluous.add(move.id); // done meanwhile; the index counts the copy, too
            }
        }
        return true;
    }

    /** The segments that are copied. */
    List<SegmentName> sources() {
        return sources;
    }

    /** The segment that was written, or null if nothing was needed. */
    @Nullable
    SegmentName output() {
        return renamed ? name : null;
    }

    /** Length of the segment that was written. */
    long outputBytes() {
        return written;
    }

    /** Tells the index that the sources are deleted, after their directory was forced. */
    void sourcesDeleted() {
        superfluous.forEach(index::removeCopy);
        sources.forEach(index::removeSegment);
    }

    private boolean copy(SegmentName source) throws IOException {
        try (var scanner = open(source)) {
            for (var piece = next(source, scanner); piece != null; piece = next(source, scanner)) {
                if (piece instanceof Bad bad) {
                    throw new UnreadableSegmentException(source, bad.describe(source));
                }
                if (piece instanceof Found found && !copy(source, found, scanner)) {
                    return false;
                }
            }
        }
        return true;
    }

    private SegmentScanner open(SegmentName source) throws IOException {
        try {
            return new SegmentScanner(directory.segments(), source, Depth.HEADERS);
        } catch (IOException e) {
            throw readFailure(source, e);
        }
    }

    private static @Nullable Piece next(SegmentName source, SegmentScanner scanner) throws IOException {
        try {
            return scanner.next();
        } catch (IOException e) {
            throw readFailure(source, e);
        }
    }

    private static byte[] read(SegmentName source, SegmentScanner scanner, long at, int length) throws IOException {
        try {
            return scanner.read(at, length);
        } catch (IOException e) {
            throw readFailure(source, e);
        }
    }

    /**
     * A segment that cannot be read is left out of compaction. A shortage of file descriptors is temporary and does not
     * count.
     */
    private static IOException readFailure(SegmentName source, IOException e) {
        return ResourceShortage.caused(e) ? e : new UnreadableSegmentException(source, e.toString());
    }

    private boolean copy(SegmentName source, Found found, SegmentScanner scanner) throws IOException {
        RecordHeader header = found.header();
        var from = RecordLocation.of(source, found.offset(), header);
        boolean isNeeded = index.isNeeded(header.id(), from);
        if ((isNeeded || !index.isDone(header.id())) && !isIntact(source, found, scanner)) {
            throw new UnreadableSegmentException(
                    source, new Bad(found.offset(), found.end(), header, false).describe(source));
        }
        if (!isNeeded) {
            if (header.type().isMessage()) {
                superfluous.add(header.id());
            }
            return true;
        }
        var to = from.movedTo(name, written);
        highestSequence = Math.max(highestSequence, header.sequence());
        writeHeader(header.withEpoch(name.epoch()));
        long end = found.end();
        for (long at = from.textOffset(); at < end; ) {
            byte[] bytes = read(source, scanner, at, (int) Math.min(PIECE_BYTES, end - at));
            write(bytes, bytes.length);
            at += bytes.length;
        }
        write(LF, 1);
        moves.add(new Move(header.id(), from, to));
        return limiter.awaitAfterCopying(header.recordLength());
    }

    /** Not called for a message that is done, so that only what may matter is read. */
    private static boolean isIntact(SegmentName source, Found found, SegmentScanner scanner) throws IOException {
        try {
            return scanner.isPayloadIntact(found.header(), found.offset());
        } catch (IOException e) {
            throw readFailure(source, e);
        }
    }

    private void writeHeader(RecordHeader header) throws IOException {
        var line = new byte[RecordHeader.LENGTH];
        header.putInto(line, crc);
        write(line, line.length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        DiskFile target = file;
        if (target == null) {
            target = disk.create(temporary);
            file = target;
        }
        target.write(ByteBuffer.wrap(bytes, 0, length), written);
        written += length;
        if (written - forced >= FORCE_EVERY_BYTES) {
            force(target);
        }
    }

    private void force(DiskFile target) throws ForceFailedException {
        ForceFailedException.force(target);
        forced = written;
    }

    private void finish() throws IOException {
        DiskFile target = file;
        if (target == null) {
            return;
        }
        writeHeader(RecordHeader.withoutPayload(RecordType.SEAL, highestSequence, name.epoch(), 0));
        write(LF, 1);
        force(target);
        target.close();
        Path path = name.in(directory.segments());
        disk.rename(temporary, path);
        renamed = true;
        try {
            ForceFailedException.forceDirectory(disk, directory.segments());
        } catch (ForceNotStartedException e) {
            disk.rename(path, temporary);
            renamed = false; // so it is deleted; otherwise messages done meanwhile could come back with it
            throw e;
        }
    }

    private void discard() throws IOException {
        DiskFile target = file;
        if (target != null) {
            target.close();
            disk.delete(temporary);
            written = 0;
        }
    }
}
