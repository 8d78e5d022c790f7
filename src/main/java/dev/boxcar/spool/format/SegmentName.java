// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a segment: its number, by which segments sort, and the epoch of its records.
 *
 * @param number from 1 on
 * @param epoch 48 random bits, new for each use of a file
 */
public record SegmentName(long number, long epoch) implements Comparable<SegmentName> {
    /** Sorts before every segment. */
    public static final SegmentName NONE = new SegmentName(0, 0);

    private static final long EPOCH_MASK = 0xffff_ffff_ffffL;
    private static final Pattern FILE_NAME = Pattern.compile("(\\d{10})-([0-9a-f]{12})\\.seg");

    /** A name with this number and a new epoch. */
    public static SegmentName withNewEpoch(long number, SecureRandom random) {
        return new SegmentName(number, random.nextLong() & EPOCH_MASK);
    }

    /** Parses a file name; returns null if it is not the name of a segment. */
    public static @Nullable SegmentName parse(String fileName) {
        var matcher = FILE_NAME.matcher(fileName);
        return matcher.matches()
                ? new SegmentName(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2), 16))
                : null;
    }

    /** The path of this segment in {@code directory}. */
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
