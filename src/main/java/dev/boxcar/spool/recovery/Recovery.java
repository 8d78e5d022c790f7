// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.recovery;

import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.SpoolOptions.Damaged;
import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.format.RecordHeader;
import dev.boxcar.spool.format.RecordLocation;
import dev.boxcar.spool.format.SegmentInventory;
import dev.boxcar.spool.format.SegmentName;
import dev.boxcar.spool.format.SegmentScanner.Bad;
import dev.boxcar.spool.format.SpoolDirectory;
import dev.boxcar.spool.index.SpoolIndex;
import dev.boxcar.spool.index.SpoolIndex.Completeness;
import dev.boxcar.spool.recovery.BlobCheck.Orphans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files that an earlier process left in the spool, before the writer starts.
 *
 * <p>Promise: no undamaged record is dropped. Bytes that are not a record, at the very end and above every durable
 * mark, were being written when the process ended. No client was told that they are stored, so they are cut off. All
 * other bytes that are not a record are damaged records: they are copied to {@code corrupt/}, a warning is logged, and
 * they stay where they are. A segment that is missing, or was renamed, causes a warning, and the rest is served.
 * Finally everything found is forced, the last segment is sealed, and new records go to a new one. On failure (a file
 * cannot be read or truncated, a newer format) the spool does not open.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SpoolIndex index;
    private final SpoolOptions options;
    private final SegmentRepair repair;
    private final List<Damage> damages = new ArrayList<>();
    private final List<SegmentName> unforced = new ArrayList<>();
    private long lastSequence;
    private long durable;
    private long records;
    /** Length of the last segment. */
    private long endOfLast;

    private boolean lastIsEmpty;
    private boolean lastIsSealed;

    /** Bytes of a segment that are not a record. */
    private record Damage(SegmentName segment, Bad bad, boolean atEnd) {}

    /**
     * The state from which the writer continues.
     *
     * @param sequence the last sequence number in use
     * @param segmentNumber the last segment number in use
     * @param sealed the existing segments and their lengths
     * @param inventory the segments that should exist
     */
    public record Result(
            long sequence, long segmentNumber, Map<SegmentName, Long> sealed, SegmentInventory inventory) {}

    private Recovery(SpoolDirectory directory, Disk disk, SpoolIndex index, SpoolOptions options) {
        this.directory = directory;
        this.disk = disk;
        this.index = index;
        this.options = options;
        this.repair = new SegmentRepair(directory, disk);
    }

    /** Recovers the spool and fills {@code index}. */
    public static Result run(SpoolDirectory directory, Disk disk, SpoolIndex index, SpoolOptions options)
            throws IOException {
        return new Recovery(directory, disk, index, options).run();
    }

    private Result run() throws IOException {
        long startNanos = System.nanoTime();
        List<SegmentName> names = directory.segmentNames();
        var inventory = SegmentInventory.load(directory, disk);
        SortedSet<Long> missing = inventory.missing(names);
        warnOf(missing);
        new SegmentSurvey(directory, index).read(names).forEach(this::take);
        for (Path file : directory.unfinishedSegments()) {
            disk.delete(file); // all its records are still in the segments that were being copied
        }
        damages.stream()
                .filter(damage -> damage.bad.isOfAnother())
                .forEach(damage -> missing.add(damage.segment.number())); // the file may get its old name back
        boolean damaged = damages.stream().anyMatch(damage -> !isTornTail(damage, names));
        if (options.damaged() == Damaged.FOUND) {
            damages.stream().filter(damage -> !isTornTail(damage, names)).forEach(this::addDamaged);
        }
        index.settle(damaged || !missing.isEmpty() ? Completeness.INCOMPLETE : Completeness.COMPLETE);
        new BlobCheck(directory, disk, index, durable, orphans(damaged, missing), options.damaged()).run();
        if (names.isEmpty()) {
            return new Result(afterMissing(0, missing, inventory), inventory.highestNumber(), Map.of(), inventory);
        }
        SegmentName last = names.get(names.size() - 1);
        long sequence = repairSegments(names, last, missing, inventory);
        LOG.info(
                "event=spool-recovered segments={} records={} messages={} sequence={} millis={}",
                names.size(),
                records,
                index.size(),
                sequence,
                (System.nanoTime() - startNanos) / 1_000_000);
        Map<SegmentName, Long> sealed = existingSegments();
        inventory.add(sealed.keySet().stream()
                .filter(name -> !missing.contains(name.number()))
                .toList());
        inventory.raiseHighestSequence(sequence);
        inventory.trySave();
        return new Result(sequence, Math.max(last.number(), inventory.highestNumber()), sealed, inventory);
    }

    /** Adds a message whose header can be read. If it is done, the index ignores it. */
    private void addDamaged(Damage damage) {
        RecordHeader header = damage.bad.header();
        if (header != null && header.type().isMessage()) {
            index.addMessage(header.id(), RecordLocation.of(damage.segment, damage.bad.from(), header));
        }
    }

    /** Repairs, forces and seals the segments; returns the last sequence number in use. */
    private long repairSegments(
            List<SegmentName> names, SegmentName last, SortedSet<Long> missing, SegmentInventory inventory)
            throws IOException {
        for (Damage damage : damages) {
            if (isTornTail(damage, names)) {
                repair.cut(damage.segment, damage.bad);
                endOfLast = damage.bad.from();
            } else {
                repair.quarantine(damage.segment, damage.bad);
            }
        }
        long sequence = afterMissing(Math.max(lastSequence, durable), missing.tailSet(last.number()), inventory);
        force(last);
        if (lastIsEmpty && endOfLast == 0) {
            inventory.replace(List.of(last), List.of());
            inventory.trySave();
            repair.delete(last);
        } else if (!lastIsSealed && !missing.contains(last.number())) {
            repair.seal(last, endOfLast, sequence);
        }
        return sequence;
    }

    private Map<SegmentName, Long> existingSegments() throws IOException {
        var segments = new HashMap<SegmentName, Long>();
        for (SegmentName name : directory.segmentNames()) {
            segments.put(name, Files.size(name.in(directory.segments())));
        }
        return segments;
    }

    private static Orphans orphans(boolean damaged, SortedSet<Long> missing) {
        if (!missing.isEmpty()) {
            return Orphans.KEEP;
        }
        return damaged ? Orphans.QUARANTINE : Orphans.DELETE;
    }

    /**
     * A sequence number that no record of the missing segments exceeds: the larger of two bounds. One is in the
     * inventory, if that was up to date. The other follows from the size of the segments, because no record is shorter
     * than a header.
     */
    private long afterMissing(long sequence, SortedSet<Long> missing, SegmentInventory inventory) {
        if (missing.isEmpty()) {
            return sequence;
        }
        long maxRecordsPerSegment = options.segmentBytes() / RecordHeader.LENGTH + 1;
        return Math.max(inventory.highestSequence(), sequence + missing.size() * maxRecordsPerSegment);
    }

    /** Combines the findings of one segment with those of the segments before it. */
    private void take(SegmentFindings findings) {
        for (Bad bad : findings.bad()) {
            damages.add(new Damage(findings.name(), bad, bad.to() == findings.bytes()));
        }
        durable = Math.max(durable, findings.durable());
        if (findings.highestSequence() > durable) {
            unforced.add(findings.name());
        }
        lastSequence = Math.max(lastSequence, findings.highestSequence());
        records += findings.indexedRecords();
        endOfLast = findings.bytes();
        lastIsEmpty = findings.isEmpty();
        lastIsSealed = findings.isSealed();
    }

    private void warnOf(SortedSet<Long> missing) {
        for (long number : missing) {
            LOG.warn(
                    "event=segment-missing number={} advice=\"restore it from a backup and start again; until then, files"
                            + " in {} that no message refers to are kept; to do without the segment, stop the program"
                            + " and delete {}\"",
                    number,
                    directory.blobs(),
                    directory.path().resolve("inventory"));
        }
    }

    private boolean isTornTail(Damage damage, List<SegmentName> names) {
        boolean last = damage.segment.equals(names.get(names.size() - 1));
        return last && damage.atEnd && damage.bad.isTornTail(durable, lastSequence);
    }

    /**
     * Forces the segments that are not known to be forced, since the earlier process may have ended before its force.
     */
    private void force(SegmentName last) throws IOException {
        for (SegmentName name : unforced) {
            if (!name.equals(last)) {
                repair.force(name);
            }
        }
        repair.force(last);
        disk.forceDirectory(directory.segments());
    }
}
