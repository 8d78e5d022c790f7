// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.disk.Disk;
import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.ForceFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code inventory}: which segments should exist, so that a missing segment can be told from a compacted one,
 * and a sequence number that none of their records exceeds.
 *
 * <p>Promise: a segment is added after its name was forced, and removed before its file is deleted. So neither a kill
 * nor power loss makes a segment look missing. If the file is missing or damaged, it is written anew from the existing
 * segments.
 *
 * <p>Confined to one thread at a time: recovery, then compaction, then the thread that closes the spool. If there is no
 * room for a new file, the old one is overwritten; if that fails, too, it stays as it was. A failed force is a
 * {@link ForceFailedException}.
 */
public final class SegmentInventory {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentInventory.class);
    private static final String FILE = "inventory";
    private static final String KEY = "Segments:";
    private static final String SEQUENCE = "Highest-Sequence: ";
    private static final String SUM = "CRC32C: ";
    private static final Pattern CONTENT = Pattern.compile("(?<lines>" + KEY + "(?<numbers>[ 0-9-]*)\n" + SEQUENCE
            + "(?<sequence>\\d{1,18})\n)(?<sum>" + SUM + "[0-9a-f]{8}\n)");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,10})(?:-(\\d{1,10}))?");
    private static final int MAX_RANGE = 10_000_000;

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SortedSet<Long> numbers;
    private long highestSequence;
    private boolean changed;

    /** The content of the file. */
    private record Content(SortedSet<Long> numbers, long highestSequence) {}

    private SegmentInventory(SpoolDirectory directory, Disk disk, Content content) {
        this.directory = directory;
        this.disk = disk;
        this.numbers = content.numbers;
        this.highestSequence = content.highestSequence;
    }

    /** Reads the file. */
    public static SegmentInventory load(SpoolDirectory directory, Disk disk) throws IOException {
        return new SegmentInventory(directory, disk, read(directory));
    }

    /** The numbers of segments that should exist and are not among {@code names}. */
    public SortedSet<Long> missing(Collection<SegmentName> names) {
        var missing = new TreeSet<>(numbers);
        names.forEach(name -> missing.remove(name.number()));
        return missing;
    }

    /**
     * The numbers of missing segments of a spool that another process may be writing.
     *
     * @param names the segments that existed a moment ago
     */
    public static SortedSet<Long> missing(SpoolDirectory directory, Collection<SegmentName> names) throws IOException {
        SortedSet<Long> numbers = read(directory).numbers;
        names.forEach(name -> numbers.remove(name.number()));
        if (!numbers.isEmpty()) { // a segment may have been created since
            directory.segmentNames().forEach(name -> numbers.remove(name.number()));
            numbers.retainAll(read(directory).numbers); // and removed again
        }
        return numbers;
    }

    private static Content read(SpoolDirectory directory) throws IOException {
        Path file = directory.path().resolve(FILE);
        if (!Files.exists(file)) {
            return new Content(new TreeSet<>(), 0);
        }
        var content = CONTENT.matcher(Files.readString(file, ISO_8859_1));
        var numbers = new TreeSet<Long>();
        if (!content.matches()
                || !content.group("sum").equals(sum(content.group("lines")))
                || !parse(content.group("numbers"), numbers)) {
            LOG.warn("event=inventory-damaged file={} cause=\"missing segments cannot be detected\"", file);
            return new Content(new TreeSet<>(), 0);
        }
        return new Content(numbers, Long.parseLong(content.group("sequence")));
    }

    private static boolean parse(String ranges, SortedSet<Long> numbers) {
        for (String word : ranges.strip().split(" ", -1)) {
            var range = RANGE.matcher(word);
            if (!range.matches()) {
                return word.isEmpty();
            }
            long first = Long.parseLong(range.group(1));
            long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
            if (last - first > MAX_RANGE) {
                return false;
            }
            for (long number = first; number <= last; number++) {
                numbers.add(number);
            }
        }
        return true;
    }

    private static String sum(String lines) {
        var crc = new CRC32C();
        crc.update(lines.getBytes(ISO_8859_1));
        return SUM + BlobReference.hexadecimal(crc.getValue()) + "\n";
    }

    public void add(Collection<SegmentName> names) {
        for (SegmentName name : names) {
            changed |= numbers.add(name.number());
        }
    }

    /** Notes that no record in the existing segments has, or will get, a sequence number above this one. */
    public void raiseHighestSequence(long sequence) {
        if (sequence > highestSequence) {
            highestSequence = sequence;
            changed = true;
        }
    }

    /** A sequence number that no record of these segments exceeds, as far as the file was up to date. */
    public long highestSequence() {
        return highestSequence;
    }

    /** Notes that {@code names} are about to be deleted, and that {@code replacement} exists instead. */
    public void replace(List<SegmentName> names, Collection<SegmentName> replacement) {
        for (SegmentName name : names) {
            changed |= numbers.remove(name.number());
        }
        add(replacement);
    }

    /** The highest segment number; new segments get higher ones. */
    public long highestNumber() {
        return numbers.isEmpty() ? 0 : numbers.last();
    }

    private void save() throws IOException {
        if (!changed) {
            return;
        }
        Path file = directory.path().resolve(FILE);
        Path fresh = directory.path().resolve(FILE + ".new");
        String lines = KEY + ranges() + "\n" + SEQUENCE + highestSequence + "\n";
        byte[] bytes = (lines + sum(lines)).getBytes(ISO_8859_1);
        disk.delete(fresh);
        try (DiskFile open = disk.create(fresh)) {
            open.write(ByteBuffer.wrap(bytes), 0);
            ForceFailedException.force(open);
        } catch (ForceFailedException e) {
            throw e;
        } catch (IOException e) {
            if (Files.exists(file)) { // a missing file names no segment that is about to be deleted
                overwrite(file, bytes);
            }
            return;
        }
        disk.rename(fresh, file);
        ForceFailedException.forceDirectory(disk, directory.path());
        changed = false;
    }

    /**
     * Overwrites the file, which needs no space on most file systems. If power fails meanwhile, the file is damaged,
     * and the only loss is that missing segments are not noticed.
     */
    private void overwrite(Path file, byte[] bytes) throws IOException {
        try (DiskFile open = disk.open(file)) {
            open.write(ByteBuffer.wrap(bytes), 0);
            open.truncate(bytes.length);
            ForceFailedException.force(open);
        }
        changed = false;
    }

    /**
     * Writes the file if the inventory has changed. Returns false if there is no room for it: then the file stays as it
     * was, or is damaged, until the next call.
     */
    public boolean trySave() throws ForceFailedException {
        try {
            save();
            return true;
        } catch (ForceFailedException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("event=inventory-not-written cause=\"{}\"", e.getMessage());
            return false;
        }
    }

    /** The numbers; consecutive ones as first-last. */
    private String ranges() {
        var text = new StringBuilder();
        long first = -1;
        long last = -1;
        for (long number : numbers) {
            if (first < 0 || number != last + 1) {
                append(text, first, last);
                first = number;
            }
            last = number;
        }
        append(text, first, last);
        return text.toString();
    }

    private static void append(StringBuilder text, long first, long last) {
        if (first >= 0) {
            text.append(' ').append(first);
            if (last > first) {
                text.append('-').append(last);
            }
        }
    }
}
