// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.RecordType;
import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.compaction.SegmentCopy;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.ResourceShortage;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.SegmentInventory;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.index.SpoolIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an earlier life left behind, before the writer starts.
 *
 * <p>Promise: no sound record is dropped. Bytes that are none, at the very end and above every durable mark, were being
 * written when that life ended, and nobody was told that they are safe: they are cut. All other such bytes were sound
 * once: they are copied to {@code corrupt/}, a warning is logged, and they stay where they are. A segment that is
 * missing, or has the name of another, is warned of, and the rest is served. Afterwards everything found is forced, the
 * last segment is sealed, and new records go to a new one. On failure (a file cannot be read or cut, a newer format)
 * the spool does not open.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int PIECE_BYTES = 64 * 1024;

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final long segmentBytes;
    private final List<Stretch> bad = new ArrayList<>();
    private final List<SegmentName> unforced = new ArrayList<>();
    private long lastSequence;
    private long durable;
    private long endOfLast;
    private long records;
    private boolean lastIsEmpty;
    private boolean lastIsSealed;

    /** Bytes of a segment that are no record. */
    private record Stretch(SegmentName segment, Bad bad, boolean atEnd) {}

    /**
     * Where the writer goes on: behind this sequence, with a segment of the next number; the segments that there are,
     * with their lengths; and those that ought to be.
     */
    public record End(long sequence, long segmentNumber, Map<SegmentName, Long> sealed, SegmentInventory inventory) {}

    private Recovery(SpoolDirectory directory, Disk disk, SpoolIndex index, long segmentBytes) {
        this.segmentBytes = segmentBytes;
        this.directory = directory;
        this.disk = disk;
        this.index = index;
    }

    public static End run(SpoolDirectory directory, Disk disk, SpoolIndex index, SpoolOptions options) throws IOException {
        return new Recovery(directory, disk, index, options.segmentBytes()).run();
    }

    private End run() throws IOException {
        long began = System.nanoTime();
        List<SegmentName> names = directory.segmentNames();
        var inventory = SegmentInventory.load(directory, disk);
        SortedSet<Long> missing = inventory.missing(names);
        warnOf(missing);
        new SegmentSurvey(directory, index).of(names).forEach(this::take);
        removeUnfinished();
        bad.stream()
                .filter(stretch -> stretch.bad.isOfAnother())
                .forEach(stretch -> missing.add(stretch.segment.number())); // it may get its name back
        boolean rot = bad.stream().anyMatch(stretch -> !isTornTail(stretch, names));
        index.settle(rot || !missing.isEmpty() ? SpoolIndex.Left.IN_PART : SpoolIndex.Left.WHOLE);
        new BlobCheck(directory, disk, index, durable, orphans(rot, missing)).run();
        if (names.isEmpty()) {
            return new End(behindMissing(0, missing, inventory), inventory.highest(), Map.of(), inventory);
        }
        SegmentName last = names.get(names.size() - 1);
        for (Stretch stretch : bad) {
            if (isTornTail(stretch, names)) {
                cut(stretch);
            } else {
                quarantine(stretch);
            }
        }
        long sequence = behindMissing(Math.max(lastSequence, durable), missing.tailSet(last.number()), inventory);
        force(last);
        if (lastIsEmpty && endOfLast == 0) {
            inventory.remove(List.of(last), List.of());
            inventory.saveWhereItFits();
            disk.delete(last.in(directory.segments()));
            disk.forceDirectory(directory.segments());
        } else if (!lastIsSealed && !missing.contains(last.number())) {
            seal(last, sequence);
        }
        LOG.info(
                "event=spool-recovered segments={} records={} messages={} sequence={} millis={}",
                names.size(),
                records,
                index.size(),
                sequence,
                (System.nanoTime() - began) / 1_000_000);
        var sealed = new HashMap<SegmentName, Long>();
        for (SegmentName name : directory.segmentNames()) {
            sealed.put(name, Files.size(name.in(directory.segments())));
        }
        inventory.add(sealed.keySet().stream()
                .filter(name -> !missing.contains(name.number()))
                .toList());
        inventory.reach(sequence);
        inventory.saveWhereItFits();
        return new End(sequence, Math.max(last.number(), inventory.highest()), sealed, inventory);
    }

    private static BlobCheck.Orphans orphans(boolean rot, SortedSet<Long> missing) {
        if (!missing.isEmpty()) {
            return BlobCheck.Orphans.STAY;
        }
        return rot ? BlobCheck.Orphans.ARE_KEPT_ASIDE : BlobCheck.Orphans.GO;
    }

    /**
     * A sequence that no record of these segments had: none is shorter than a header, and where the inventory was kept
     * up it says.
     */
    private long behindMissing(long sequence, SortedSet<Long> missing, SegmentInventory inventory) {
        return missing.isEmpty()
                ? sequence
                : Math.max(
                        inventory.highestSequence(),
                        sequence + missing.size() * (segmentBytes / RecordHeader.LENGTH + 1));
    }

    /** What a compaction had not finished; all of it is in the segments that it read. */
    private void removeUnfinished() throws IOException {
        try (var files = Files.list(directory.segments())) {
            for (Path file : files.filter(path -> path.toString().endsWith(SegmentCopy.UNFINISHED))
                    .toList()) {
                disk.delete(file);
            }
        }
    }

    /** What the segments say, taken together. */
    private void take(SegmentSurvey.Seen seen) {
        for (Bad stretch : seen.bad()) {
            bad.add(new Stretch(seen.name(), stretch, stretch.to() == seen.bytes()));
        }
        durable = Math.max(durable, seen.durable());
        if (seen.highest() > durable) {
            unforced.add(seen.name());
        }
        lastSequence = Math.max(lastSequence, seen.highest());
        records += seen.records();
        endOfLast = seen.bytes();
        lastIsEmpty = seen.isEmpty();
        lastIsSealed = seen.isSealed();
    }

    private void warnOf(SortedSet<Long> missing) {
        for (long number : missing) {
            LOG.warn(
                    "event=segment-missing number={} advice=\"restore it from a backup and start again; files in {} that no message names are kept meanwhile;"
                            + " to do without it, end the program and remove {}\"",
                    number,
                    directory.blobs(),
                    directory.path().resolve("inventory"));
        }
    }

    private boolean isTornTail(Stretch stretch, List<SegmentName> names) {
        boolean last = stretch.segment.equals(names.get(names.size() - 1));
        return last && stretch.atEnd && isTorn(stretch.bad);
    }

    /** Whether nobody was ever told that these last bytes are safe. */
    private boolean isTorn(Bad stretch) {
        RecordHeader header = stretch.header();
        return !stretch.isOfAnother() && lastSequence >= durable && (header == null || header.sequence() > durable);
    }

    private void cut(Stretch torn) throws IOException {
        Path path = torn.segment.in(directory.segments());
        try (DiskFile file = disk.open(path)) {
            file.truncate(torn.bad.from());
            file.force();
        }
        endOfLast = torn.bad.from();
        LOG.info(
                "event=torn-tail-cut segment={} offset={} octets={}",
                torn.segment,
                torn.bad.from(),
                torn.bad.to() - torn.bad.from());
    }

    private void quarantine(Stretch rot) throws IOException {
        long bytes = rot.bad.to() - rot.bad.from();
        Path copy = directory.corrupt().resolve(rot.segment + "." + rot.bad.from() + "+" + bytes);
        LOG.warn(
                "event=rot segment={} offset={} octets={} copy={} advice=\"{}\"",
                rot.segment,
                rot.bad.from(),
                bytes,
                copy,
                rot.bad.isOfAnother()
                        ? "these are records of another segment: was the file renamed?"
                        : "restore it from a backup, or ask who sent it");
        if (Files.exists(copy) && Files.size(copy) == bytes) {
            return; // kept by an earlier start
        }
        try {
            copy(rot, bytes, copy);
        } catch (IOException e) {
            if (!ResourceShortage.caused(e, disk.freeBytes(directory.path()))) {
                throw e;
            }
            LOG.warn(
                    "event=rot-not-copied copy={} cause=\"{}\" advice=\"the next start does it\"",
                    copy,
                    e.getMessage());
            disk.delete(copy);
        }
    }

    private void copy(Stretch rot, long bytes, Path copy) throws IOException {
        disk.createDirectories(directory.corrupt());
        disk.forceDirectory(directory.path());
        disk.delete(copy);
        try (var from = FileChannel.open(rot.segment.in(directory.segments()), StandardOpenOption.READ);
                DiskFile to = disk.create(copy)) {
            var piece = ByteBuffer.allocate(PIECE_BYTES);
            for (long copied = 0; copied < bytes; ) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, bytes - copied));
                if (from.read(piece, rot.bad.from() + copied) < 0) {
                    throw new SpoolException("segment " + rot.segment + " was cut while it was read");
                }
                piece.flip();
                int length = piece.remaining();
                to.write(piece, copied);
                copied += length;
            }
            to.force();
        }
        disk.forceDirectory(directory.corrupt());
    }

    /** What is found is served, and so must not be lost later: an earlier life may have ended before its force. */
    private void force(SegmentName last) throws IOException {
        for (SegmentName name : unforced) {
            if (!name.equals(last)) {
                force(name.in(directory.segments()));
            }
        }
        force(last.in(directory.segments()));
        disk.forceDirectory(directory.segments());
    }

    /** Ends the last segment. A seal is good to have, not needed: a full disk does not keep the spool from opening. */
    private void seal(SegmentName last, long sequence) throws IOException {
        var line = new byte[RecordHeader.LENGTH];
        new RecordHeader(RecordType.SEAL, Ulid.NONE, 0, 0, sequence, last.epoch(), sequence, 0)
                .putInto(line, new CRC32C());
        var bytes = ByteBuffer.allocate(line.length + 2)
                .put((byte) '\n')
                .put(line)
                .put((byte) '\n')
                .flip();
        try (DiskFile file = disk.open(last.in(directory.segments()))) {
            try {
                file.write(bytes, endOfLast);
            } catch (IOException e) {
                LOG.warn("event=not-sealed segment={} cause=\"{}\"", last, e.getMessage());
                file.truncate(endOfLast);
            }
            file.force();
        }
    }

    private void force(Path path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            file.force();
        }
    }
}
