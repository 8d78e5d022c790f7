// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.disk.Disk.DiskFile;
import dev.boxcar.spool.disk.Disk;
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
 * Which segments there ought to be, so that a missing one is told from one that was reclaimed, and a sequence that none
 * of their records exceeds. Kept in the file {@code inventory}.
 *
 * <p>Promise: a segment enters it after its name was forced, and leaves it before its file is removed, so that no kill
 * and no loss of power makes one look missing. Where there is no such file, or it is damaged, it is made anew of the
 * segments that are there.
 *
 * <p>Confined to one thread at a time: recovery, then the compaction's, then the one that closes the spool. Failure:
 * without room for a new file the old one is written over; where not even that can be done, it stays as it was; a force
 * that fails is a {@link ForceFailedException}.
 */
public final class SegmentInventory {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentInventory.class);
    private static final String FILE = "inventory";
    private static final String KEY = "Segments:";
    private static final String SEQUENCE = "Highest-Sequence: ";
    private static final String SUM = "CRC32C: ";
    private static final Pattern LINES = Pattern.compile("(?<lines>" + KEY + "(?<numbers>[ 0-9-]*)\n" + SEQUENCE
            + "(?<sequence>\\d{1,18})\n)(?<sum>" + SUM + "[0-9a-f]{8}\n)");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,10})(?:-(\\d{1,10}))?");
    private static final int MOST_NUMBERS = 10_000_000;

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SortedSet<Long> numbers;
    private long highestSequence;
    private boolean changed;

    /** What the file says. */
    private record Text(SortedSet<Long> numbers, long highestSequence) {}

    private SegmentInventory(SpoolDirectory directory, Disk disk, Text text) {
        this.directory = directory;
        this.disk = disk;
        this.numbers = text.numbers;
        this.highestSequence = text.highestSequence;
    }

    /** What the file says. */
    public static SegmentInventory load(SpoolDirectory directory, Disk disk) throws IOException {
        return new SegmentInventory(directory, disk, read(directory));
    }

    /** The numbers of segments that ought to be there and are not among these. */
    public SortedSet<Long> missing(Collection<SegmentName> names) {
        var missing = new TreeSet<>(numbers);
        names.forEach(name -> missing.remove(name.number()));
        return missing;
    }

    /**
     * The same, asked while another process may be writing.
     *
     * @param names the segments that were there a moment ago
     */
    public static SortedSet<Long> missing(SpoolDirectory directory, Collection<SegmentName> names) throws IOException {
        SortedSet<Long> numbers = read(directory).numbers;
        names.forEach(name -> numbers.remove(name.number()));
        if (!numbers.isEmpty()) { // one may have been made since
            directory.segmentNames().forEach(name -> numbers.remove(name.number()));
            numbers.retainAll(read(directory).numbers); // and been removed again
        }
        return numbers;
    }

    private static Text read(SpoolDirectory directory) throws IOException {
        Path file = directory.path().resolve(FILE);
        if (!Files.exists(file)) {
            return new Text(new TreeSet<>(), 0);
        }
        var lines = LINES.matcher(Files.readString(file, ISO_8859_1));
        var numbers = new TreeSet<Long>();
        if (!lines.matches()
                || !lines.group("sum").equals(sum(lines.group("lines")))
                || !parse(lines.group("numbers"), numbers)) {
            LOG.warn("event=inventory-damaged file={} cause=\"whether a segment is missing cannot be told\"", file);
            return new Text(new TreeSet<>(), 0);
        }
        return new Text(numbers, Long.parseLong(lines.group("sequence")));
    }

    private static boolean parse(String ranges, SortedSet<Long> numbers) {
        for (String word : ranges.strip().split(" ", -1)) {
            var range = RANGE.matcher(word);
            if (!range.matches()) {
                return word.isEmpty();
            }
            long first = Long.parseLong(range.group(1));
            long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
            if (last - first > MOST_NUMBERS) {
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

    /** These segments are there. */
    public void add(Collection<SegmentName> names) {
        for (SegmentName name : names) {
            changed |= numbers.add(name.number());
        }
    }

    /** No record has, or gets in a segment that is here, a sequence above this one. */
    public void reach(long sequence) {
        if (sequence > highestSequence) {
            highestSequence = sequence;
            changed = true;
        }
    }

    /** A sequence that no record of any of these segments exceeds, as far as was written down. */
    public long highestSequence() {
        return highestSequence;
    }

    /** These are about to be removed; {@code instead} is there in the place of one of them. */
    public void remove(List<SegmentName> names, Collection<SegmentName> instead) {
        for (SegmentName name : names) {
            changed |= numbers.remove(name.number());
        }
        add(instead);
    }

    /** The number behind which new segments are numbered. */
    public long highest() {
        return numbers.isEmpty() ? 0 : numbers.last();
    }

    /** Writes it down where it has changed. */
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
            force(open);
        } catch (ForceFailedException e) {
            throw e;
        } catch (IOException e) {
            if (Files.exists(file)) { // or it names none that is about to go
                writeOver(file, bytes);
            }
            return;
        }
        disk.rename(fresh, file);
        ForceFailedException.unlessForced(disk, directory.path());
        changed = false;
    }

    /**
     * Takes no room on most file systems. Should power fail in the middle of it the file is damaged, which costs no
     * more than what it says of a segment that is missing.
     */
    private void writeOver(Path file, byte[] bytes) throws IOException {
        try (DiskFile open = disk.open(file)) {
            open.write(ByteBuffer.wrap(bytes), 0);
            open.truncate(bytes.length);
            force(open);
        }
        changed = false;
    }

    /** The same; false where there is no room for it: then the file is not changed, or damaged, until the next time. */
    public boolean saveWhereItFits() throws ForceFailedException {
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

    private static void force(DiskFile file) throws ForceFailedException {
        try {
            file.force();
        } catch (IOException e) {
            throw new ForceFailedException(e);
        }
    }

    /** The numbers, those that follow one another as first-last. */
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
