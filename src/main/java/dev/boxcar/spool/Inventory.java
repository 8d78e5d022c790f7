// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.Disk.DiskFile;
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
 * Which segments there ought to be, so that a missing one is told from one that was reclaimed. Kept in the file {@code inventory}.
 *
 * <p>Promise: a segment enters it after its name was forced, and leaves it before its file is removed, so that no kill and no loss of power makes one look missing.
 * Where there is no such file, or it is damaged, it is made anew of the segments that are there.
 *
 * <p>Confined to one thread at a time: recovery, then the compaction's, then the one that closes the spool. Failure: a lack of room leaves the file as it was; a
 * force that fails is a {@link ForceFailed}.
 */
final class Inventory {
    private static final Logger LOG = LoggerFactory.getLogger(Inventory.class);
    private static final String FILE = "inventory";
    private static final String KEY = "Segments:";
    private static final String SUM = "CRC32C: ";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,10})(?:-(\\d{1,10}))?");
    private static final int MOST_NUMBERS = 10_000_000;

    private final SpoolDirectory directory;
    private final Disk disk;
    private final SortedSet<Long> numbers;
    private boolean changed;

    private Inventory(SpoolDirectory directory, Disk disk, SortedSet<Long> numbers) {
        this.directory = directory;
        this.disk = disk;
        this.numbers = numbers;
    }

    /** What the file says. */
    static Inventory load(SpoolDirectory directory, Disk disk) throws IOException {
        return new Inventory(directory, disk, read(directory));
    }

    /** The numbers of segments that ought to be there and are not among these. */
    SortedSet<Long> missing(Collection<SegmentName> names) {
        var missing = new TreeSet<>(numbers);
        names.forEach(name -> missing.remove(name.number()));
        return missing;
    }

    /**
     * The same, asked while another process may be writing.
     *
     * @param names the segments that were there a moment ago
     */
    static SortedSet<Long> missing(SpoolDirectory directory, Collection<SegmentName> names) throws IOException {
        SortedSet<Long> numbers = read(directory);
        names.forEach(name -> numbers.remove(name.number()));
        if (!numbers.isEmpty()) { // one may have been made since
            directory.segmentNames().forEach(name -> numbers.remove(name.number()));
        }
        return numbers;
    }

    private static SortedSet<Long> read(SpoolDirectory directory) throws IOException {
        var numbers = new TreeSet<Long>();
        Path file = directory.path().resolve(FILE);
        if (!Files.exists(file)) {
            return numbers;
        }
        String text = Files.readString(file, ISO_8859_1);
        int end = text.indexOf('\n') + 1;
        if (!text.startsWith(KEY)
                || !text.substring(end).equals(sum(text.substring(0, end)))
                || !parse(text, numbers)) {
            LOG.warn("event=inventory-damaged file={} cause=\"whether a segment is missing cannot be told\"", file);
            numbers.clear();
        }
        return numbers;
    }

    private static boolean parse(String text, SortedSet<Long> numbers) {
        for (String word :
                text.substring(KEY.length(), text.indexOf('\n')).strip().split(" ", -1)) {
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

    private static String sum(String line) {
        var crc = new CRC32C();
        crc.update(line.getBytes(ISO_8859_1));
        return SUM + BlobReference.hexadecimal(crc.getValue()) + "\n";
    }

    /** These segments are there. */
    void add(Collection<SegmentName> names) {
        for (SegmentName name : names) {
            changed |= numbers.add(name.number());
        }
    }

    /** These are about to be removed; {@code instead} is there in the place of one of them. */
    void remove(List<SegmentName> names, Collection<SegmentName> instead) {
        for (SegmentName name : names) {
            changed |= numbers.remove(name.number());
        }
        add(instead);
    }

    /** The number behind which new segments are numbered. */
    long highest() {
        return numbers.isEmpty() ? 0 : numbers.last();
    }

    /** Writes it down where it has changed. */
    private void save() throws IOException {
        if (!changed) {
            return;
        }
        Path file = directory.path().resolve(FILE);
        Path fresh = directory.path().resolve(FILE + ".new");
        String line = KEY + ranges() + "\n";
        disk.delete(fresh);
        try (DiskFile open = disk.create(fresh)) {
            open.write(ByteBuffer.wrap((line + sum(line)).getBytes(ISO_8859_1)), 0);
            force(open);
        }
        disk.rename(fresh, file);
        try {
            disk.forceDirectory(directory.path());
        } catch (IOException e) {
            throw new ForceFailed(e);
        }
        changed = false;
    }

    /** The same; where there is no room for it, the file stays as it was until the next time. */
    void saveWhereItFits() throws ForceFailed {
        try {
            save();
        } catch (ForceFailed e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("event=inventory-not-written cause=\"{}\"", e.getMessage());
        }
    }

    private static void force(DiskFile file) throws ForceFailed {
        try {
            file.force();
        } catch (IOException e) {
            throw new ForceFailed(e);
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
