// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a segment: its number, by which segments sort, and the epoch of its records.
 *
 * @param number from 1 on
 * @param epoch 48 bits drawn by chance, new for each use of a file
 */
public record SegmentName(long number, long epoch) implements Comparable<SegmentName> {
    public static final long EPOCH_MASK = 0xffff_ffff_ffffL;
    private static final Pattern FORM = Pattern.compile("(\\d{10})-([0-9a-f]{12})\\.seg");

    public static @Nullable SegmentName parse(String fileName) {
        var matcher = FORM.matcher(fileName);
        return matcher.matches()
                ? new SegmentName(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2), 16))
                : null;
    }

    public Path in(Path directory) {
        return directory.resolve(toString());
    }

    @Override
    public int compareTo(SegmentName other) {
        int order = Long.compare(number, other.number);
        return order != 0 ? order : Long.compare(epoch, other.epoch);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%010d-%012x.seg", number, epoch);
    }
}
