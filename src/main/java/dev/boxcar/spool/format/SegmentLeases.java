// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.format;

import dev.boxcar.spool.SpoolException;
import dev.boxcar.spool.disk.ChannelLease;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The segments that a look from outside keeps open, so that what it has found is there to be read however fast they are
 * compacted meanwhile.
 *
 * <p>Promise: the segments of {@link #all} are those of one instant, and later ones only follow them. The first of them
 * are kept open; those beyond {@value #MOST} are opened when they are read, and may be gone by then. What is kept takes
 * its room on disk until {@link #close}. Confined to one thread.
 */
public final class SegmentLeases implements Closeable {
    /** How many segments are kept open: fewer than a process may have files open. */
    public static final int MOST = 500;

    private static final int MOST_TRIES = 1_000;

    private final SpoolDirectory directory;
    private final Map<SegmentName, FileChannel> kept = new HashMap<>();

    SegmentLeases(SpoolDirectory directory) {
        this.directory = directory;
    }

    /** Opens the segments that are there, {@code most} of them at most; the names of all, oldest first. */
    public List<SegmentName> all(int most) throws IOException {
        var opened = new HashMap<SegmentName, FileChannel>();
        try {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                List<SegmentName> names = directory.segmentNames();
                closeAllBut(names, opened);
                if (open(names, opened, most) && areThere(names)) {
                    kept.putAll(opened);
                    opened.clear();
                    return names;
                }
            }
        } finally {
            closeAllBut(List.of(), opened);
        }
        throw new SpoolException(
                "the segments of " + directory.path() + " change faster than they are opened: try again");
    }

    private static void closeAllBut(List<SegmentName> names, Map<SegmentName, FileChannel> opened) throws IOException {
        var gone = new HashSet<>(opened.keySet());
        names.forEach(gone::remove);
        for (SegmentName name : gone) {
            Objects.requireNonNull(opened.remove(name)).close();
        }
    }

    private boolean open(List<SegmentName> names, Map<SegmentName, FileChannel> opened, int most) throws IOException {
        try {
            for (SegmentName name : names) {
                if (kept.size() + opened.size() < most && !kept.containsKey(name) && !opened.containsKey(name)) {
                    opened.put(name, directory.open(name));
                }
            }
            return true;
        } catch (NoSuchFileException compacted) {
            return false;
        }
    }

    /** Whether all of these are there still, and no other came but behind them. */
    public boolean areThere(List<SegmentName> names) throws IOException {
        List<SegmentName> now = directory.segmentNames();
        return now.size() >= names.size() && now.subList(0, names.size()).equals(names);
    }

    public boolean keeps(SegmentName name) {
        return kept.containsKey(name);
    }

    /**
     * The segment, to be read.
     *
     * @throws NoSuchFileException where it is gone, and was not kept
     */
    ChannelLease of(SegmentName name) throws IOException {
        FileChannel open = kept.get(name);
        return open == null ? new ChannelLease(directory.open(name), false) : new ChannelLease(open, true);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : kept.values()) {
            channel.close();
        }
        kept.clear();
    }
}
